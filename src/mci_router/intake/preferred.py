"""Preferred agents: an agent who has served a customer, or a case, before may take the next contact first.

The last agent is the one who had the customer's latest answered contact; the owner of a case had the latest answered
contact of that case. A contact that was transferred counts for the agent it came to. A mere claim prefers nobody: that
would reveal something of the customer it names.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.intake.arrival import Decided
from mci_router.models import Contact
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import PreferredAgent, Trust

WHO = {PreferredAgent.LAST_AGENT: "served the customer last", PreferredAgent.CASE_OWNER: "has the case"}


async def prefer(session: AsyncSession, decided: Sequence[Decided]) -> list[Decided]:
    """Returns each contact with its preferred agent, if its queue wants one and there is one.

    Two statements at most.
    """
    customers = {one.customer.id for one in decided if one.who.proven and _wish(one.route) is PreferredAgent.LAST_AGENT}
    cases = {one.case_id for one in decided if one.who.proven and _wish(one.route) is PreferredAgent.CASE_OWNER}
    workspaces = {one.arrival.workspace_id for one in decided}
    last, owners = await _last_agents(session, workspaces, customers), await _owners(session, workspaces, cases)
    return [
        replace(
            one, route=_preferring(one.arrival.snapshot, one.route, last.get(one.customer.id), owners.get(one.case_id))
        )
        if one.who.proven
        else one
        for one in decided
    ]


async def prefer_one(session: AsyncSession, snapshot: Snapshot, contact: Contact, route: Route) -> Route:
    """Returns the route, with its preferred agent, of a contact that comes to its queue later, from a lower rung."""
    if contact.trust is Trust.CLAIMED:
        return route
    wish, workspaces = _wish(route), {contact.workspace_id}
    last = await _last_agents(
        session, workspaces, {contact.customer_id} if wish is PreferredAgent.LAST_AGENT else set()
    )
    owners = await _owners(session, workspaces, {contact.case_id} if wish is PreferredAgent.CASE_OWNER else set())
    return _preferring(snapshot, route, last.get(contact.customer_id), owners.get(contact.case_id))


def _wish(route: Route) -> PreferredAgent:
    return route.queue.preferred_agent if route.queue and not route.closed else PreferredAgent.NOBODY


def _preferring(snapshot: Snapshot, route: Route, last: str | None, owner: str | None) -> Route:
    wish = _wish(route)
    agent = {PreferredAgent.LAST_AGENT: last, PreferredAgent.CASE_OWNER: owner}.get(wish)
    if route.queue is None or agent is None or agent not in snapshot.agents:
        return route
    reason = f"preferred agent {agent}, who {WHO[wish]}: first for {route.queue.preferred_wait_s:g} s"
    return replace(route, preferred=agent, reasons=(*route.reasons, reason))


async def _last_agents(
    session: AsyncSession, workspaces: Collection[str], customers: Collection[str]
) -> dict[str, str]:
    """Returns the last agent by customer."""
    if not customers:
        return {}
    query = (
        select(Contact.customer_id, Contact.agent)
        .ext(distinct_on(Contact.workspace_id, Contact.customer_id))
        .where(
            Contact.workspace_id.in_(workspaces),
            Contact.customer_id.in_(customers),
            Contact.answered_at.is_not(None),
            Contact.agent.is_not(None),
        )
        .order_by(Contact.workspace_id, Contact.customer_id, Contact.id.desc())
    )
    return {customer: agent for customer, agent in await session.execute(query) if agent}


async def _owners(session: AsyncSession, workspaces: Collection[str], cases: Collection[str]) -> dict[str, str]:
    """Returns the owner by case."""
    if not cases:
        return {}
    query = (
        select(Contact.case_id, Contact.agent)
        .ext(distinct_on(Contact.case_id))
        .where(
            Contact.workspace_id.in_(workspaces),
            Contact.case_id.in_(cases),
            Contact.answered_at.is_not(None),
            Contact.agent.is_not(None),
        )
        .order_by(Contact.case_id, Contact.id.desc())
    )
    return {case: agent for case, agent in await session.execute(query) if agent}
