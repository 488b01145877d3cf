"""Preferred agents: an agent who has served a customer, or a case, before may take the next contact first.

The last agent is the one who had the customer's latest answered contact; the owner of a case had the latest answered
contact of that case. A contact that was transferred counts for the agent it came to. A mere claim prefers nobody: that
would reveal something of the customer it names.
"""

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.intake.arrival import Decided
from mci_router.models import Contact
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import PreferredAgent, Trust

WHO = {PreferredAgent.LAST_AGENT: "served the customer last", PreferredAgent.CASE_OWNER: "has the case"}


def latest_agent(condition: str) -> str:
    """Returns the SQL that selects who had the latest answered contact of those that the condition names as `c`."""
    return f"""
      SELECT c.agent FROM contacts c WHERE {condition} AND c.answered_at IS NOT NULL AND c.agent IS NOT NULL
      ORDER BY c.id DESC LIMIT 1
    """  # noqa: S608 — a condition of ours


_OF_CUSTOMER = text(latest_agent("c.workspace_id = :workspace AND c.customer_id = :customer"))
_OF_CASE = text(latest_agent("c.workspace_id = :workspace AND c.case_id = :case"))


def wishes_of(snapshot: Snapshot) -> set[PreferredAgent]:
    """Returns whom the queues of a workspace may prefer."""
    return {queue.preferred_agent for queue in snapshot.queues.values()}


def prefer(one: Decided, last: str | None, owner: str | None) -> Decided:
    """Returns the contact with its preferred agent, if its queue wants one and there is one."""
    if not one.who.proven or (last is None and owner is None):
        return one
    return replace(one, route=_preferring(one.arrival.snapshot, one.route, last, owner))


def not_preferring(route: Route) -> Route:
    """Returns a route as it was before an agent was preferred, if one is."""
    return replace(route, preferred=None, reasons=route.reasons[:-1]) if route.preferred else route


async def prefer_one(session: AsyncSession, snapshot: Snapshot, contact: Contact, route: Route) -> Route:
    """Returns the route, with its preferred agent, of a contact that comes to its queue later, from a lower rung."""
    if contact.trust is Trust.CLAIMED:
        return route
    wish, last, owner = _wish(route), None, None
    if wish is PreferredAgent.LAST_AGENT:
        last = await session.scalar(_OF_CUSTOMER, {"workspace": contact.workspace_id, "customer": contact.customer_id})
    elif wish is PreferredAgent.CASE_OWNER:
        owner = await session.scalar(_OF_CASE, {"workspace": contact.workspace_id, "case": contact.case_id})
    return _preferring(snapshot, route, last, owner)


def _wish(route: Route) -> PreferredAgent:
    return route.queue.preferred_agent if route.queue and not route.closed else PreferredAgent.NOBODY


def _preferring(snapshot: Snapshot, route: Route, last: str | None, owner: str | None) -> Route:
    wish = _wish(route)
    agent = {PreferredAgent.LAST_AGENT: last, PreferredAgent.CASE_OWNER: owner}.get(wish)
    if route.queue is None or agent is None or agent not in snapshot.agents:
        return route
    reason = f"preferred agent {agent}, who {WHO[wish]}: first for {route.queue.preferred_wait_s:g} s"
    return replace(route, preferred=agent, reasons=(*route.reasons, reason))
