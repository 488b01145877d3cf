"""Delivery: a contact is accepted, put on a rung of its ladder, moved up, and ended. Here ledger and live state meet.

The ledger comes first, always: what it holds and the live state lacks is placed again by `recovery`, and placing is harmless to
repeat.
"""

import logging

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshot import Snapshot
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database, GroupCommit
from mci_router.errors import EngineUnavailable, IdempotencyKeyInFlight, NotFound, WrongState
from mci_router.intake.acceptance import accept, make_contact_post, placed
from mci_router.intake.answer import STATE_OF, Answer, route_data
from mci_router.intake.arrival import Accepted, Arrival, Raced
from mci_router.intake.decide import Facts, Route, escalation_route, route
from mci_router.models import Contact, Customer, Decision, IdempotencyKey, Post
from mci_router.outcomes.community import close_post
from mci_router.routing.engine import Engine
from mci_router.routing.standing import Hold, Placement, Standing, Status
from mci_router.specs import SkillRequirement
from mci_router.triage.decision import Matter
from mci_router.triage.matrix import modality_of
from mci_router.vocabulary import ContactState, Outcome, Severity

log = logging.getLogger(__name__)

RUNG_STATES = (ContactState.ACCEPTED, ContactState.AUTOMATING, ContactState.POSTED)
AGENT_STATES = (ContactState.QUEUED, ContactState.OFFERED, ContactState.ASSIGNED)


class Delivery:
    """Takes contacts from acceptance to their end."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, *, batch_limit: int) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._group: GroupCommit[Arrival, Accepted] = GroupCommit(database, accept, limit=batch_limit)
        self._keys_in_flight: set[tuple[str, str]] = set()

    async def accept(self, arrival: Arrival) -> Answer:
        """Commits an arrival, places it, and returns the answer for the adapter.

        Raises:
            DatabaseUnavailable: nothing was accepted.
            IdempotencyKeyInFlight, IdempotencyKeyReused, UnknownCustomer, NoQueue: nothing was accepted.
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
        try:
            accepted = await self._group.submit(arrival)
        except Raced:
            accepted = await self._group.submit(arrival)
        if accepted.contact is None:
            return accepted.answer
        try:
            await self.place(arrival.snapshot, accepted.contact)
        except EngineUnavailable:
            log.warning("contact %s is accepted and waits for the live queues to return", accepted.contact.id)
            return await self._not_placed(arrival, accepted.answer)
        return accepted.answer

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
        place = placement(snapshot, contact)
        if isinstance(place, Placement):
            return await self._engine.enqueue(contact.workspace_id, place)
        return await self._engine.hold(contact.workspace_id, place)

    async def advance(self, workspace: str, contact_id: str, why: str, *, rung: int | None = None) -> Answer:
        """Moves a contact to the next rung that can serve it, because its rung did not help.

        `rung` is the one that did not: a contact that has left it already stays where it is, so that the call can be repeated.

        Raises:
            NotFound, WrongState: there is no such contact, or no rung serves it just now.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            contact = await self._locked(session, workspace, contact_id)
            live = await self._engine.contact(workspace, contact_id)
            state = ContactState(live["state"]) if live else contact.state
            decision = await self._decision(session, contact)
            if rung is not None and contact.rung > rung:
                return _answer(contact, decision, state)
            if state not in RUNG_STATES:
                raise WrongState(f"The contact is {state}: only automation and the community can fail to help.", state=state)
            # A rung committed but not placed yet is what the caller asks for already.
            if not live or int(live["rung"]) >= contact.rung:
                decision = await self._climb(session, snapshot, contact, decision, why)
        await self.place(snapshot, contact)
        return _answer(contact, decision)

    async def escalate(self, workspace: str, contact_id: str, severity: Severity, why: str) -> Answer:
        """Moves a contact from wherever agents have it to the queue that the escalation matrix names, with its original age.

        Raises:
            NotFound, WrongState: there is no such contact, or no agent or line has it.
            UnknownSeverity: the escalation matrix has no such row.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            contact = await self._locked(session, workspace, contact_id)
            live = await self._engine.contact(workspace, contact_id)
            state = ContactState(live["state"]) if live else contact.state
            if state not in AGENT_STATES:
                raise WrongState(f"The contact is {state}: only one that waits for an agent or is with one can escalate.", state=state)
            before = await self._decision(session, contact)
            customer = await session.get_one(Customer, contact.customer_id)
            facts = _facts(contact, customer)
            way = escalation_route(snapshot, _matter(contact), facts, severity, now=utc_now(), after=contact.rung)
            contact.answered_at = contact.handled_at = None  # whoever it goes to has not answered it yet
            decision = self._put_on_rung(session, contact, customer, before, way, f"escalated as {severity}: {why}")
        await self.place(snapshot, contact)
        return _answer(contact, decision)

    async def pass_limit(self, workspace: str, contact_id: str) -> None:
        """The limit of a contact's rung has passed: it moves on, or counts as resolved if the rung or an accepted reply says so."""
        async with self._database.transaction() as session:
            contact = await self._locked(session, workspace, contact_id)
            if contact.rung_limit_at is None or contact.rung_limit_at > utc_now():
                return  # it has climbed since the timer was read
            decision = await self._decision(session, contact)
            answered = await session.scalar(select(Post.id).where(Post.contact_id == contact_id, Post.status == "answered"))
        serving = STATE_OF[contact.outcome]  # whoever has moved it since decides
        if answered:
            await self.end(workspace, contact_id, ContactState.RESOLVED, "reply_accepted", only_from=serving)
        elif decision.route.get("at_limit") == "resolve":
            await self.end(workspace, contact_id, ContactState.RESOLVED, "no_objection", only_from=serving)
        else:
            await self.advance(workspace, contact_id, "the time limit of the rung before has passed", rung=contact.rung)

    async def end(
        self, workspace: str, contact_id: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> Standing:
        """Ends a contact as abandoned, cancelled or resolved; ending it the same way again is harmless.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended otherwise.
        """
        async with self._database.transaction() as session:
            contact = await self._locked(session, workspace, contact_id)
            standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            if standing.status is Status.UNKNOWN and not contact.state.final:
                await self.place(await self._snapshots.get(workspace), contact)
                standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            ended_as = standing.state or contact.state
            if standing.status is not Status.OK and ended_as is not state:
                raise WrongState(f"The contact cannot become {state}: it is {ended_as}.", state=ended_as)
            await close_post(session, contact_id, utc_now())
        return standing

    async def _locked(self, session: AsyncSession, workspace: str, contact_id: str) -> Contact:
        contact = await session.scalar(select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id).with_for_update())
        if contact is None:
            raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
        return contact

    async def _decision(self, session: AsyncSession, contact: Contact) -> Decision:
        return (
            await session.scalars(
                select(Decision)
                .where(Decision.workspace_id == contact.workspace_id, Decision.contact_id == contact.id)
                .order_by(Decision.rung.desc())
                .limit(1)
            )
        ).one()

    async def _climb(self, session: AsyncSession, snapshot: Snapshot, contact: Contact, before: Decision, why: str) -> Decision:
        customer = await session.get_one(Customer, contact.customer_id)
        way = route(snapshot, _matter(contact), _facts(contact, customer), now=utc_now(), after=contact.rung)
        await close_post(session, contact.id, utc_now())
        return self._put_on_rung(session, contact, customer, before, way, why)

    def _put_on_rung(self, session: AsyncSession, contact: Contact, customer: Customer, before: Decision, way: Route, why: str) -> Decision:
        """Notes the new rung. Until it is placed the contact is `accepted` again, so that recovery would find it."""
        for column, value in placed(way, contact.enqueued_at or utc_now()).items():
            setattr(contact, column, value)
        contact.state = ContactState.ACCEPTED
        post = make_contact_post(contact, customer) if way.outcome is Outcome.COMMUNITY else None
        told = route_data(way, post_id=post.id if post else None)
        decision = Decision(
            contact_id=contact.id,
            workspace_id=contact.workspace_id,
            rung=way.place,
            triage={**before.triage, "modality": modality_of(way.outcome)},
            route={**told, "reasons": [why, *told["reasons"]]},
        )
        session.add_all([decision, *([post] if post else [])])
        return decision


def _answer(contact: Contact, decision: Decision, state: ContactState | None = None) -> Answer:
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "customer_id": contact.customer_id,
        "state": state or STATE_OF[contact.outcome],
        "triage": decision.triage,
        "route": decision.route,
    }


def _facts(contact: Contact, customer: Customer) -> Facts:
    skills = [SkillRequirement.model_validate(need) for need in contact.skills]
    return Facts(contact.channel, contact.text, contact.language, skills, customer.attributes)


def _matter(contact: Contact) -> Matter:
    return Matter(contact.topic, contact.sensitive, contact.cell)


def placement(snapshot: Snapshot, contact: Contact) -> Placement | Hold:
    """What the live state needs to know of a contact to serve it."""
    if contact.outcome is Outcome.AGENT and contact.queue and contact.enqueued_at and contact.due_at:
        queue = snapshot.queues.get(contact.queue)
        return Placement(
            contact=contact.id,
            queue=contact.queue,
            channel=contact.channel,
            requirement=contact.requirement,
            units=queue.units if queue else 1,
            enqueued_at=to_ms(contact.enqueued_at),
            due_at=to_ms(contact.due_at),
            priority=contact.priority,
            rung=contact.rung,
        )
    return Hold(
        contact=contact.id,
        channel=contact.channel,
        outcome=contact.outcome,
        state=STATE_OF[contact.outcome],
        rung=contact.rung,
        limit_at=to_ms(contact.rung_limit_at) if contact.rung_limit_at else None,
    )
