"""What becomes of a contact that turns out to be sensitive while it is under way, by a message or by a reply to its
post: the agent who has it keeps it only if that one may have what is sensitive.
"""

from dataclasses import replace

from mci_router.clock import utc_now
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact
from mci_router.lifecycle.passing_on.transfer_records import passed_on, record_of
from mci_router.lifecycle.passing_on.transfers import WITH_AN_AGENT, Transfers
from mci_router.models import Decision
from mci_router.outcomes import OUTCOMES, outcome_of
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactState

SAYS_MORE = "the customer has said more"


class TurnedSensitive:
    """Sends contacts to where they belong by what is known of them now."""

    def __init__(self, engine: Engine, dispatch: Dispatch, transfers: Transfers) -> None:
        self._engine = engine
        self._dispatch = dispatch
        self._transfers = transfers

    async def to_people(
        self, snapshot: Snapshot, current: OpenContact, triage: Triage, why: str, *, urgent: bool, latest: str = ""
    ) -> Decision | None:
        """Finds who has a contact from now on that was just taken private, in its transaction.

        `urgent`: it was not before. Returns its new decision, to be sent on after the commit; None if it stays.
        """
        contact = current.contact
        matter = replace(triage.matter, topic=contact.topic, cell=contact.cell, urgent=contact.urgent)
        route = route_now(snapshot, current, matter, latest=latest)
        if (
            current.state in WITH_AN_AGENT
            and _may_keep(snapshot, current, route)
            and (not urgent or await self._told_of_urgency(current, route))
        ):
            return None
        return await self.move(snapshot, current, route, why)

    async def tell(self, workspace: str, contact: str) -> None:
        """Tells the desks that a contact which stays is sensitive.

        It is told once it is committed: a desk that has just connected has read the ledger.
        """
        await self._engine.mark_sensitive(workspace, contact)

    async def move(self, snapshot: Snapshot, current: OpenContact, route: Route, why: str) -> Decision:
        """Puts a contact on the rung of a route, in the ledger. `send` follows the commit."""
        contact, now = current.contact, utc_now()
        if current.state in RUNG_STATES:
            await outcome_of(contact).leave(current.session, contact, now, ended=False)
            return await current.put_on(route, why)
        queue = route.queue.name if route.queue else None
        return await self._transfers.climb(
            snapshot, current, route, why, record_of(current.live, passed_on(why, None), now, queue=queue)
        )

    async def send(self, snapshot: Snapshot, current: OpenContact, decision: Decision) -> ContactState | None:
        """Sends a contact to its new rung. Returns its state there, if that is known.

        Raises WrongState if it has just ended, and EngineUnavailable: then recovery brings it there.
        """
        if current.state in RUNG_STATES:
            return (await self._dispatch.move(snapshot, current.contact, decision)).state
        answer = await self._transfers.send_on(snapshot, current, decision, passed_on(SAYS_MORE, None))
        return ContactState(answer["state"]) if answer["state"] else None

    async def _told_of_urgency(self, current: OpenContact, route: Route) -> bool:
        """Has an agent's contact go first from now on, if it ever waits again, and tells its customer whom to call.
        Returns False if no agent has it any more.
        """
        result = await self._engine.mark_urgent(current.contact.workspace_id, current.contact.id)
        if result.status is not Status.OK:
            return False
        told = {"emergency": route.emergency, "notice": route.notice}
        current.decision.route = {**current.decision.route, **told}
        return True


def route_now(snapshot: Snapshot, current: OpenContact, matter: Matter, latest: str = "") -> Route:
    """Returns where a contact goes by what is known of it now, on a rung above its own."""
    facts = replace(current.facts, latest=latest)
    route = choose_route(snapshot, matter, facts, OUTCOMES, now=utc_now())
    return replace(route, rung=current.highest_rung + 1)


def _may_keep(snapshot: Snapshot, current: OpenContact, route: Route) -> bool:
    """Returns whether the agent who has the contact brings what is asked where it would go."""
    agent = snapshot.agents.get(current.live.agent or "") if current.live else None
    return agent is not None and all(agent.abilities.get(need["skill"], 0) >= need["min"] for need in route.requirement)
