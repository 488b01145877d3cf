"""An open contact in a transaction: its row, locked; its customer; its decisions; and its live state.

All that moves a contact begins here. The row's lock makes one call wait for the other; the live state is read after it,
so that it is not older than the row.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.intake.answer import Answer, route_data
from mci_router.intake.contact_columns import columns_of
from mci_router.intake.preferred import prefer_one
from mci_router.intake.publishing import draft_of, known_of
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.rows import locked
from mci_router.lifecycle.seen.contact_answers import answer_of, text_to_show
from mci_router.models import Contact, Customer, Decision, Post
from mci_router.outcomes import OUTCOMES, modality_of, outcome_of
from mci_router.routing.engine import Engine
from mci_router.routing.engine.passed_on import settle
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.joining import asked_at, join
from mci_router.routing.policy.overflow_routes import Waiting
from mci_router.routing.policy.routes import Draft, Facts, Joined, Route
from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.values import value
from mci_router.vocabulary import ContactState, Trust

MOVED_COLUMNS = (
    *(
        "outcome",
        "rung",
        "rung_limit_at",
        "asking",
        "answered_from",
        "queue",
        "requirement",
        "relaxation",
        "preferred_agent",
        "due_at",
    ),
    *("enqueued_at", "segment", "entered_at", "callback_at", "kind", "state", "answered_at", "handled_at"),
    "served_by",
)
"""Columns that a move to another rung changes."""

RUNG_STATES = (ContactState.ACCEPTED, ContactState.AUTOMATING, ContactState.POSTED)
"""States on a rung that can fail to help."""


NextRoute: TypeAlias = Callable[[Snapshot, "OpenContact", datetime], Awaitable[Route]]
"""Finds where a contact goes from its rung."""


@value
class OpenContact:
    """A contact and all that decides where it may go.

    `decisions` are its own, the first first; `live` is None before it is dispatched. `before` are the columns that a
    move changes, as they were when the row was locked.
    """

    session: AsyncSession
    contact: Contact
    customer: Customer
    decisions: Sequence[Decision]
    live: LiveContact | None
    before: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    async def locked(cls, session: AsyncSession, engine: Engine, workspace: str, contact_id: str) -> "OpenContact":
        """Returns the contact, for this transaction alone. Raises NotFound, EngineUnavailable."""
        contact = await locked(session, workspace, contact_id)
        live = await engine.contact(workspace, contact_id)
        if live and contact.passed_on and live.last_transfer == contact.passed_on["id"]:
            await settle(session, contact, accepted=True)  # the journal will say so in a moment
            await session.flush()
        customer = await session.get_one(Customer, contact.customer_id)
        mine = Decision.workspace_id == workspace, Decision.contact_id == contact_id
        decisions = (await session.scalars(select(Decision).where(*mine).order_by(Decision.rung))).all()
        before = {column: getattr(contact, column) for column in MOVED_COLUMNS}
        return cls(session, contact, customer, decisions, live, before)

    @property
    def decision(self) -> Decision:
        """The decision of its rung."""
        return self.decisions[-1]

    @property
    def state(self) -> ContactState:
        """Its state, which the live state knows first."""
        return self.live.state if self.live else self.contact.state

    @property
    def dispatched(self) -> bool:
        """Whether the live state has it on its row's rung."""
        return self.live is not None and self.live.rung >= self.contact.rung

    @property
    def moving(self) -> bool:
        """Whether another call has put it on a higher rung, and dispatches it in a moment."""
        return self.live is not None and self.live.rung < self.contact.rung

    @property
    def highest_rung(self) -> int:
        """The highest rung that it is on, or may be on in a moment: that of a warm transfer that is under way."""
        passed_on = self.contact.passed_on
        return max(self.contact.rung, passed_on["columns"]["rung"] if passed_on else self.contact.rung)

    @property
    def matter(self) -> Matter:
        """What triage found. Every decision about the contact has the same confidence."""
        contact, confidence = self.contact, self.decision.triage["confidence"]
        return Matter(
            contact.topic,
            contact.sensitive,
            contact.cell,
            confidence,
            kind=contact.kind,
            urgent=contact.urgent,
            wants_person=contact.person_asked_at is not None,
        )

    @property
    def facts(self) -> Facts:
        """What is known of it when it is decided about again. For a mere claim that is what the contact itself says."""
        contact = self.contact
        facts = Facts(
            contact.channel,
            contact.text,
            contact.language,
            [SkillRequirement.model_validate(need) for need in contact.skills],
            self.customer.attributes if contact.trust is not Trust.CLAIMED else contact.identity.get("attributes", {}),
            contact.context,
            contact.visibility,
            contact.can_ask,
            trust=contact.trust,
            adapter=contact.adapter,
            priority=contact.priority,
        )
        nothing_left = not (contact.text or contact.subject or contact.attachments)  # to post, after a redaction
        return facts.in_private() if contact.taken_private_at or nothing_left else facts

    @property
    def joined(self) -> Joined:
        """What it asked for when it joined its queue."""
        contact = self.contact
        return Joined.of(self.decision.route, since=contact.enqueued_at or contact.accepted_at, due=contact.due_at)

    @property
    def steps_beside(self) -> int:
        """How many steps it has made on a rung of its ladder, from an answered post that did not help."""
        return sum(bool(decision.route.get("again")) for decision in self.decisions)

    @property
    def answered_from_posts(self) -> list[str]:
        """The answered posts that have answered it."""
        answers = [decision.route.get("answer") or {} for decision in self.decisions]
        return [answer["post"] for answer in answers if "post" in answer]

    def answer(self, state: ContactState | None = None) -> Answer:
        """Returns the contact and its decision, for its adapter."""
        return answer_of(self.contact, self.decision, state)

    async def climb(
        self, snapshot: Snapshot, foresight: Foresight, why: str, next_route: "NextRoute | None" = None
    ) -> Decision:
        """Puts it on the next rung that can serve it, in the ledger; the caller dispatches it afterwards.

        One for which the community was asked while its queue was closed goes to that queue. `next_route` finds the
        route of any other, with answered posts; without it none are searched.
        """
        contact, now = self.contact, utc_now()
        route = self._back_to_queue(snapshot, now)
        if route is None:
            route = await (next_route or next_rung)(snapshot, self, now)
            route = await prefer_one(self.session, snapshot, contact, route)
        await outcome_of(contact).leave(self.session, contact, now, ended=False)
        return await self.put_on(await self.joining(snapshot, foresight, route, now), why)

    async def joining(self, snapshot: Snapshot, foresight: Foresight, route: Route, now: datetime) -> Route:
        """Returns the route into line as the queue's overflow rules have it at once, with its expected wait."""
        if route.queue is None or route.joined is None:
            return route
        waiting = await self.waiting(route.queue, route.joined, now)
        return await foresight.joining(snapshot, route, waiting, now)

    async def waiting(self, queue: QueueSpec, joined: Joined, since: datetime) -> Waiting:
        """Returns the contact as it waits, or would, in a queue since a time."""
        contact = self.contact
        return Waiting(
            queue,
            self.matter,
            self.facts,
            since,
            joined,
            left=self._left_by_overflow(),
            posted=await self.was_posted(),
            callback_offered=bool(contact.callback_offered_at or contact.callback_at),
        )

    def _left_by_overflow(self) -> frozenset[str]:
        """Returns the queues that it left by overflow since a person passed it on last."""
        left = set()
        for decision in reversed(self.decisions):
            left.add(decision.route.get("overflow_from"))
            if decision.route.get("transfers"):
                break
        return frozenset(queue for queue in left if queue)

    async def was_posted(self) -> bool:
        """Returns whether it was posted before, or its customer was asked for it."""
        if any(decision.route.get("ask") or decision.route.get("asked") for decision in self.decisions):
            return True
        return await self.session.scalar(select(Post.id).where(Post.contact_id == self.contact.id).limit(1)) is not None

    def _back_to_queue(self, snapshot: Snapshot, now: datetime) -> Route | None:
        kept = self.decision.route
        queue = snapshot.queues.get(kept.get("instead_of") or "")
        if queue is None or not kept.get("joined"):
            return None
        asked = asked_at(
            snapshot, self.matter, self.facts, queue, "it was sent there", after=self.contact.rung, now=now
        )
        return join(asked, queue, Joined.of(kept, since=now, due=None))

    async def put_on(self, route: Route, why: str) -> Decision:
        """Puts it on a rung above its own, in the ledger.

        Until it is dispatched it is `accepted` again, so that recovery would find it.
        """
        contact, before = self.contact, self.decision
        if any(one.route.get("notice") for one in self.decisions):
            route = replace(route, notice=None)  # it is said once in a conversation
        now, segments = utc_now(), max(contact.segment, contact.enqueued_at is not None)
        for column, held in columns_of(route, contact.enqueued_at or now, now, segments).items():
            setattr(contact, column, held)
        contact.state = ContactState.ACCEPTED
        if route.callback_offered:
            contact.callback_offered_at = now
        outcome = OUTCOMES[route.outcome]
        draft = await self._draft(before) if outcome.publishes else None
        entered = outcome.enter(contact, route, draft)
        if entered.served_by:
            contact.served_by = dict(entered.served_by)
        data = route_data(
            route, post_id=entered.post_id, draft=draft, run_id=entered.run_id, served_by=entered.served_by
        )
        data |= await self._thread()
        decision = Decision(
            contact_id=contact.id,
            workspace_id=contact.workspace_id,
            rung=route.rung,
            triage={**before.triage, "modality": modality_of(route)},
            route={**data, "reasons": [why, *data["reasons"]]},
        )
        self.session.add_all([decision, *entered.rows])
        return decision

    async def _draft(self, before: Decision) -> Draft:
        known = await known_of(self.session, [self.customer])
        shown = await text_to_show(self.session, self.contact, before)
        return draft_of(shown, self.contact.subject, known[self.customer.id])

    async def _thread(self) -> dict[str, Any]:
        """Returns, for the next route, the post in which the community was asked, if everybody may still read it."""
        route = self.decision.route
        before = route.get("post") or route.get("thread")
        if not before:
            return {}
        shown = select(Post.id).where(Post.id == before["id"], Post.hidden.is_(False))
        return {"thread": before} if await self.session.scalar(shown) else {}


async def next_rung(snapshot: Snapshot, current: OpenContact, now: datetime) -> Route:
    """Returns the route on the next rung of its ladder that can serve a contact."""
    steps = current.steps_beside
    after = current.contact.rung - steps
    route = choose_route(snapshot, current.matter, current.facts, OUTCOMES, now=now, after=after)
    return replace(route, rung=route.rung + steps) if steps else route


async def last_rung(snapshot: Snapshot, current: OpenContact, now: datetime) -> Route:
    """Returns the route on the last rung of its ladder: an agent."""
    contact, last = current.contact, len(snapshot.ladders[current.contact.cell]) - 1
    after = max(contact.rung - current.steps_beside, last - 1)
    route = choose_route(snapshot, current.matter, current.facts, OUTCOMES, now=now, after=after)
    return replace(route, rung=max(route.rung + current.steps_beside, contact.rung + 1))
