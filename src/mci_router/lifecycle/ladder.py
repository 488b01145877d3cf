"""The ladder of an open contact: it climbs when a rung, or the fix of an incident, did not help, or when the rung's
time has passed.
"""

from functools import partial

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.intake.answer import Answer
from mci_router.lifecycle import still_broken
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact, last_rung
from mci_router.lifecycle.seen.contact_answers import answer_of
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState, Outcome


class Ladder:
    """Moves contacts up their ladders.

    A method raises NotFound, WrongState or EngineUnavailable, unless it says otherwise.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        dispatch: Dispatch,
        answered: AnsweredPosts,
    ) -> None:
        self._database = database
        self._engine = engine
        self._foresight = Foresight(engine)
        self._snapshots = snapshots
        self._dispatch = dispatch
        self._answered = answered

    async def advance(
        self,
        workspace: str,
        contact_id: str,
        why: str,
        *,
        rung: int | None = None,
        not_helped: bool = False,
        person: bool = False,
    ) -> Answer:
        """Moves a contact to the next rung that can serve it, because its rung did not help. With `not_helped` the
        customer says so of the answer: where that was an answered post, the same rung goes on, by a step of its own.

        With `person` it goes to an agent.

        Idempotent for a given `rung`, the one that did not help: a contact that has left it already stays where it is,
        and the answer says `moved: false`.

        Raises:
            NotFound, WrongState: there is no such contact, or no rung serves it just now.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            if rung is not None and current.contact.rung > rung:
                return {**current.answer(current.state), "moved": False}
            if current.state not in RUNG_STATES:
                state = current.state
                raise WrongState(
                    f"The contact is {state}: only automation and the community can fail to help.", state=state
                )
            # One that is moving has what the caller asks for already.
            next_route = last_rung if person else partial(self._answered.next_route, not_helped=not_helped)
            decision = current.decision
            if not current.moving:
                decision = await current.climb(snapshot, self._foresight, why, next_route)
        await self._dispatch.move(snapshot, current.contact, decision)
        return answer_of(current.contact, decision)

    async def to_person(self, workspace: str, contact_id: str, why: str) -> Answer:
        """Moves a contact whose customer asks for a person to the agents; one that is there stays. Idempotent.

        Raises NotFound, WrongState: there is no such contact, or nobody can serve it any more.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            if current.state.final:
                raise WrongState(f"The contact is {current.state}: its conversation is over.", state=current.state)
            contact, served = current.contact, current.state in (*RUNG_STATES, ContactState.QUEUED)
            if served and contact.person_asked_at is None:
                contact.person_asked_at = utc_now()
            if current.state not in RUNG_STATES or contact.outcome is Outcome.AGENT:
                return {**current.answer(current.state), "moved": False}
            decision = current.decision if current.moving else await current.climb(snapshot, self._foresight, why)
        result = await self._dispatch.move(snapshot, current.contact, decision)
        return answer_of(current.contact, decision, result.state)

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
                decision = await current.climb(snapshot, self._foresight, still_broken.WHY)
                decision.triage = still_broken.raised(decision, current.contact)
            elif current.dispatched:
                return current.answer(current.state)
        result = await self._dispatch.move(snapshot, current.contact, decision)
        return answer_of(current.contact, decision, result.state)
