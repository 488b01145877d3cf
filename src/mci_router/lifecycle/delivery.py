"""Delivery: a contact is accepted, put on a rung of its ladder, moved up, and ended. Here ledger and live state meet.

The ledger comes first, always: what it holds and the live state lacks is placed again by `recovery`, and placing is harmless to
repeat.
"""

import contextlib
import logging
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database, GroupCommit
from mci_router.errors import EngineUnavailable, IdempotencyKeyInFlight, WrongState
from mci_router.intake.acceptance import accept
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Accepted, Arrival, Raced
from mci_router.intake.preferred import prefer_one
from mci_router.lifecycle import still_broken
from mci_router.lifecycle.foresight import Foresight
from mci_router.lifecycle.rungs import answer_of, facts_of, latest_decision, locked, matter_of, put_on_rung
from mci_router.models import Contact, Customer, Decision, IdempotencyKey, Post
from mci_router.outcomes import OUTCOMES, outcome_of, state_of
from mci_router.routing.calls import Placement, Standing, Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.decision import choose_route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)

UNANSWERED = "the customer did not say in time whether it may be posted"
MOST_RACES = 5
RUNG_STATES = (ContactState.ACCEPTED, ContactState.AUTOMATING, ContactState.POSTED)


class Delivery:
    """Takes contacts from acceptance to their end."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, *, batch_limit: int) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._group: GroupCommit[Arrival, Accepted] = GroupCommit(
            database, partial(accept, foresee=Foresight(engine).foresee), limit=batch_limit
        )
        self._keys_in_flight: set[tuple[str, str]] = set()
        self._caught: set[str] = set()  # workspaces of which the log says that their catch-all queue is used

    async def accept(self, arrival: Arrival) -> Answer:
        """Commits an arrival, places it, and returns the answer for the adapter.

        Raises:
            DatabaseUnavailable: nothing was accepted.
            IdempotencyKeyInFlight, IdempotencyKeyReused, UnknownCustomer: nothing was accepted.
        """
        if arrival.idempotency_key is None:
            return await self._accept(arrival)
        key = (arrival.workspace_id, arrival.idempotency_key)
        if key in self._keys_in_flight:
            raise IdempotencyKeyInFlight
        self._keys_in_flight.add(key)
        try:
            return await self._accept(arrival)
        finally:
            self._keys_in_flight.discard(key)

    async def _accept(self, arrival: Arrival) -> Answer:
        accepted = await self._submit(arrival)
        if accepted.contact is None:
            return accepted.answer
        try:
            await self.place(arrival.snapshot, accepted.contact)
        except EngineUnavailable:
            log.warning("contact %s is accepted and waits for the live queues to return", accepted.contact.id)
            return await self._not_placed(arrival, accepted.answer)
        return accepted.answer

    async def _submit(self, arrival: Arrival) -> Accepted:
        """Whoever races has lost to somebody who is through: each time there is one less to lose to."""
        for _ in range(MOST_RACES):
            with contextlib.suppress(Raced):
                return await self._group.submit(arrival)
        return await self._group.submit(arrival)

    async def _not_placed(self, arrival: Arrival, answer: Answer) -> Answer:
        """The answer says so, now and when it is replayed."""
        answer = {**answer, "state": ContactState.ACCEPTED}
        if arrival.idempotency_key:
            async with self._database.transaction() as session:
                await session.execute(
                    update(IdempotencyKey)
                    .where(IdempotencyKey.workspace_id == arrival.workspace_id, IdempotencyKey.key == arrival.idempotency_key)
                    .values(answer=answer)
                )
        return answer

    async def place(self, snapshot: Snapshot, contact: Contact) -> Standing:
        """Puts a committed contact where its rung says. Harmless to repeat. Raises EngineUnavailable."""
        place = outcome_of(contact).place(snapshot, contact)
        if isinstance(place, Placement):
            self._warn_of_catch_all(snapshot, place)
        return await self._engine.place(contact.workspace_id, place)

    def _warn_of_catch_all(self, snapshot: Snapshot, place: Placement) -> None:
        """Once a workspace: metrics and wallboard go on saying it."""
        queue = snapshot.queues.get(place.queue)
        if queue and queue.catch_all and snapshot.workspace_id not in self._caught:
            self._caught.add(snapshot.workspace_id)
            log.warning(
                "no queue of %s takes some contacts, such as %s on %s: they wait in %s",
                snapshot.spec.name,
                place.contact,
                place.channel,
                queue.name,
            )

    async def advance(self, workspace: str, contact_id: str, why: str, *, rung: int | None = None) -> Answer:
        """Moves a contact to the next rung that can serve it, because its rung did not help.

        `rung` is the one that did not: a contact that has left it already stays where it is, so that the call can be repeated.

        Raises:
            NotFound, WrongState: there is no such contact, or no rung serves it just now.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            contact = await locked(session, workspace, contact_id)
            live = await self._engine.contact(workspace, contact_id)
            state = ContactState(live["state"]) if live else contact.state
            decision = await latest_decision(session, contact)
            if rung is not None and contact.rung > rung:
                return answer_of(contact, decision, state)
            if state not in RUNG_STATES:
                raise WrongState(f"The contact is {state}: only automation and the community can fail to help.", state=state)
            # A rung committed but not placed yet is what the caller asks for already.
            if not live or int(live["rung"]) >= contact.rung:
                decision = await self.climb(session, snapshot, contact, decision, why)
        await self.place(snapshot, contact)
        return answer_of(contact, decision)

    async def still_broken(self, workspace: str, contact_id: str) -> Answer:
        """Takes a contact that a fixed incident has answered back to its ladder, with a person's care and raised priority.

        Harmless to repeat. Raises NotFound, WrongState.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            contact = await locked(session, workspace, contact_id)
            live = await self._engine.contact(workspace, contact_id)
            state = ContactState(live["state"]) if live else contact.state
            decision = await latest_decision(session, contact)
            if await still_broken.came_back_before(session, contact, state):
                if live and int(live["rung"]) >= contact.rung:
                    return answer_of(contact, decision, state)
            else:
                still_broken.raise_touch(contact)
                decision = await self.climb(session, snapshot, contact, decision, still_broken.WHY)
                decision.triage = still_broken.raised(decision, contact)
        standing = await self.place(snapshot, contact)
        return answer_of(contact, decision, standing.state)

    async def pass_limit(self, workspace: str, contact_id: str) -> None:
        """The limit of a contact's rung has passed: it moves on, or counts as resolved if the rung or an accepted reply says so."""
        async with self._database.transaction() as session:
            contact = await locked(session, workspace, contact_id)
            if contact.rung_limit_at is None or contact.rung_limit_at > utc_now():
                return  # it has climbed since the timer was read
            decision = await latest_decision(session, contact)
            answered = await session.scalar(select(Post.id).where(Post.contact_id == contact_id, Post.status == "answered"))
        serving = state_of(contact.outcome, asking=contact.asking)  # whoever has moved it since decides
        if answered:
            await self.end(workspace, contact_id, ContactState.RESOLVED, "reply_accepted", only_from=serving)
        elif decision.route.get("at_limit") == "resolve" and not contact.asking:
            await self.end(workspace, contact_id, ContactState.RESOLVED, outcome_of(contact).silence, only_from=serving)
        else:
            why = UNANSWERED if contact.asking else "the time limit of the rung before has passed"
            await self.advance(workspace, contact_id, why, rung=contact.rung)

    async def end(
        self, workspace: str, contact_id: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> Standing:
        """Ends a contact as abandoned, cancelled or resolved; ending it the same way again is harmless.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended otherwise.
        """
        async with self._database.transaction() as session:
            contact = await locked(session, workspace, contact_id)
            standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            if standing.status is Status.UNKNOWN and not contact.state.final:
                await self.place(await self._snapshots.get(workspace), contact)
                standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            ended_as = standing.state or contact.state
            if standing.status is not Status.OK and ended_as is not state:
                raise WrongState(f"The contact cannot become {state}: it is {ended_as}.", state=ended_as)
            await outcome_of(contact).leave(session, contact, utc_now(), ended=True)
        return standing

    async def climb(self, session: AsyncSession, snapshot: Snapshot, contact: Contact, before: Decision, why: str) -> Decision:
        """Notes, in the caller's transaction, the next rung that can serve a contact; the caller places it afterwards."""
        customer = await session.get_one(Customer, contact.customer_id)
        matter, facts = matter_of(contact, before), facts_of(contact, customer)
        route = choose_route(snapshot, matter, facts, OUTCOMES, now=utc_now(), after=contact.rung)
        route = await prefer_one(session, snapshot, contact, route)
        await outcome_of(contact).leave(session, contact, utc_now(), ended=False)
        return await put_on_rung(session, contact, customer, before, route, why)
