"""The ladder of an open contact: it climbs when a rung, or the fix of an incident, did not help, or when the rung's
time has passed.
"""

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.intake.answer import Answer
from mci_router.intake.preferred import prefer_one
from mci_router.lifecycle import still_broken
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.open_contact import OpenContact, answer_of
from mci_router.models import Decision, Post
from mci_router.outcomes import OUTCOMES, outcome_of, state_of
from mci_router.routing.engine import Engine
from mci_router.routing.policy.decision import choose_route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

UNANSWERED = "the customer did not say in time whether it may be posted"
RUNG_STATES = (ContactState.ACCEPTED, ContactState.AUTOMATING, ContactState.POSTED)


class Ladder:
    """Moves contacts up their ladders.

    A method raises NotFound, WrongState or EngineUnavailable, unless it says otherwise.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch, ending: Endings) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch
        self._ending = ending

    async def advance(self, workspace: str, contact_id: str, why: str, *, rung: int | None = None) -> Answer:
        """Moves a contact to the next rung that can serve it, because its rung did not help.

        Idempotent for a given `rung`, the one that did not help: a contact that has left it already stays where it is.

        Raises:
            NotFound, WrongState: there is no such contact, or no rung serves it just now.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            if rung is not None and current.contact.rung > rung:
                return current.answer(current.state)
            if current.state not in RUNG_STATES:
                state = current.state
                raise WrongState(f"The contact is {state}: only automation and the community can fail to help.", state=state)
            # One that is moving has what the caller asks for already.
            decision = current.decision if current.moving else await self.climb(snapshot, current, why)
        await self._dispatch.send(snapshot, current.contact)
        return answer_of(current.contact, decision)

    async def still_broken(self, workspace: str, contact_id: str) -> Answer:
        """Takes a contact that a fixed incident has answered back to its ladder, with high touch and raised priority.

        Idempotent.

        Raises:
            NotFound, WrongState: there is no such contact, or no fixed incident has answered it.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            decision = current.decision
            if not await still_broken.came_back_before(session, current.contact, current.state):
                still_broken.raise_touch(current.contact)
                decision = await self.climb(snapshot, current, still_broken.WHY)
                decision.triage = still_broken.raised(decision, current.contact)
            elif current.dispatched:
                return current.answer(current.state)
        result = await self._dispatch.send(snapshot, current.contact)
        return answer_of(current.contact, decision, result.state)

    async def pass_limit(self, workspace: str, contact_id: str) -> None:
        """Moves a contact on whose rung's limit has passed, or ends it as resolved if the rung or an accepted reply
        says so.
        """
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            contact = current.contact
            if contact.rung_limit_at is None or contact.rung_limit_at > utc_now():
                return  # it has climbed since the timer was read
            answered = await session.scalar(select(Post.id).where(Post.contact_id == contact_id, Post.status == "answered"))
        # If another call has moved it since, that one decides.
        serving = state_of(contact.outcome, asking=contact.asking)
        if answered:
            await self._ending.end(workspace, contact_id, ContactState.RESOLVED, "reply_accepted", only_from=serving)
        elif current.decision.route.get("at_limit") == "resolve" and not contact.asking:
            await self._ending.end(workspace, contact_id, ContactState.RESOLVED, outcome_of(contact).silence, only_from=serving)
        else:
            why = UNANSWERED if contact.asking else "the time limit of the rung before has passed"
            await self.advance(workspace, contact_id, why, rung=contact.rung)

    async def climb(self, snapshot: Snapshot, current: OpenContact, why: str) -> Decision:
        """Notes in the contact's transaction the next rung that can serve it; the caller dispatches it afterwards."""
        contact, now = current.contact, utc_now()
        route = choose_route(snapshot, current.matter, current.facts, OUTCOMES, now=now, after=contact.rung)
        route = await prefer_one(current.session, snapshot, contact, route)
        await outcome_of(contact).leave(current.session, contact, now, ended=False)
        return await current.put_on(route, why)
