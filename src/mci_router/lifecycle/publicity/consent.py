"""Consent: the customer says whether a contact that was written in private may be posted.

Exactly the draft that was shown is posted, or the customer's own wording, which is judged as a contact is. The question
and the post are on the same rung, so a repeated call finds what the first one did.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.community.board import hide_post
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AskOver, NotFound, WrongState
from mci_router.intake.answer import Answer
from mci_router.intake.later import Later, Listener
from mci_router.intake.publishing import draft_of, known_of
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.publicity.privacy import private_triage, take_private
from mci_router.lifecycle.rows import latest_decision
from mci_router.lifecycle.seen.contact_answers import answer_of
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.outcomes.community import published
from mci_router.outcomes.outcome import served_by
from mci_router.routing.engine import Engine
from mci_router.routing.policy.posting import may_be_posted
from mci_router.routing.policy.routes import Draft
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.result import Triage
from mci_router.values import value
from mci_router.vocabulary import ContactState, ServedBy, Touch

DECLINED = "the customer does not want it in public"
WITHDRAWN = "the customer takes back the consent"
NOT_TO_SHOW = "the customer's own wording is not posted"


@value
class _Case:
    """A contact whose customer was asked, and the decision that asked."""

    current: OpenContact
    asked: Decision

    @property
    def contact(self) -> Contact:
        return self.current.contact

    @property
    def state(self) -> ContactState:
        """Its state on its row's rung."""
        return self.current.live.state if self.current.live and self.current.dispatched else self.contact.state

    @property
    def ask(self) -> dict[str, Any]:
        return dict(self.asked.route["ask"] or self.asked.route["asked"])

    @property
    def consent(self) -> dict[str, Any] | None:
        return self.asked.route.get("consent")

    @property
    def pending(self) -> bool:
        """Whether the customer may still agree."""
        limit = self.contact.rung_limit_at
        return self.contact.asking and limit is not None and limit > utc_now()

    @property
    def posted(self) -> bool:
        """Whether the customer has agreed, and the community still has it."""
        consent = self.consent
        return bool(consent and consent["posted"]) and self.contact.rung == self.asked.rung and not self.state.final

    def note(self, consent: dict[str, Any], **changes: Any) -> None:
        self.asked.route = {**self.asked.route, **changes, "ask": None, "asked": self.ask, "consent": consent}


class Consents:
    """Carries out what customers answer."""

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, listener: Listener, dispatch: Dispatch
    ) -> None:
        self._database = database
        self._engine = engine
        self._foresight = Foresight(engine)
        self._snapshots = snapshots
        self._listener = listener
        self._dispatch = dispatch

    async def agree(self, workspace: str, contact_id: str, text: str | None) -> Answer:
        """Posts the draft, or `text` instead of it, if that can be shown; else the contact goes on, and the answer says
        why.

        Idempotent for the same text.

        Raises:
            AskOver: the time to answer is over, or the customer has said no.
            NotFound, WrongState: there is no such contact, its customer was never asked, it is posted with another
                text, or it has ended.
        """
        snapshot = await self._snapshots.get(workspace)
        edited = await self._heard(snapshot, contact_id, text) if text else None
        async with self._database.command() as session:
            case = await self._case(session, workspace, contact_id)
            decision = case.current.decision
            if not _said_before(case, edited):
                _may_agree(case, edited)
                decision = await self._post(session, snapshot, case, edited)
        return await self._send(snapshot, case, decision)

    async def refuse(self, workspace: str, contact_id: str) -> Answer:
        """Moves the contact on at once, and hides the post that the customer agreed to. Idempotent.

        Raises:
            NotFound, WrongState: there is no such contact, or its customer was never asked.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            case = await self._case(session, workspace, contact_id)
            decision, why = case.current.decision, WITHDRAWN if case.consent else DECLINED
            moves = case.posted or (case.contact.asking and not case.state.final)
            if case.consent and case.consent["posted"]:
                await hide_post(session, contact_id, utc_now())
            if moves:
                case.note(_consent(None, agreed=False, posted=False))
                decision = await case.current.climb(snapshot, self._foresight, why)
                decision.route = {**decision.route, "consent": case.consent}
        return await self._send(snapshot, case, decision)

    async def _send(self, snapshot: Snapshot, case: _Case, decision: Decision) -> Answer:
        if case.state.final:
            return answer_of(case.contact, decision, case.state)
        climbed = decision is not case.current.decision  # not on a repeated call
        send = (
            self._dispatch.move(snapshot, case.contact, decision)
            if climbed
            else self._dispatch.send(snapshot, case.contact)
        )
        result = await send
        return answer_of(case.contact, decision, result.state)

    async def _heard(self, snapshot: Snapshot, contact_id: str, text: str) -> Later:
        """Reads the customer's own wording, before the contact's row is locked.

        The topic stays named if the adapter named it.
        """
        async with self._database.transaction() as session:
            query = select(Contact).where(Contact.workspace_id == snapshot.workspace_id, Contact.id == contact_id)
            contact = await session.scalar(query)
            if contact is None:
                raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
            decision = await latest_decision(session, contact)
        named = contact.topic if not decision.triage["model"] and contact.topic in snapshot.topics else None
        return await self._listener.listen(snapshot, text, contact.channel, named)

    async def _case(self, session: AsyncSession, workspace: str, contact_id: str) -> _Case:
        current = await OpenContact.locked(session, self._engine, workspace, contact_id)
        asked = [decision for decision in current.decisions if decision.route.get("ask") or decision.route.get("asked")]
        if not asked:
            raise WrongState("The customer was never asked whether this contact may be posted.", state=current.state)
        return _Case(current, asked[-1])

    async def _post(self, session: AsyncSession, snapshot: Snapshot, case: _Case, edited: Later | None) -> Decision:
        """Returns the decision in force afterwards: the one that asked, posted now, or that of the next rung."""
        triage = _find(snapshot, edited) if edited else None
        hindrance = _hindrance(snapshot, triage, case)
        consent = _consent(edited.text if edited else None, agreed=True, posted=hindrance is None)
        if hindrance:
            return await self._withhold(snapshot, case, edited, triage, hindrance, consent)
        known = (await known_of(session, [case.current.customer]))[case.current.customer.id]
        draft = draft_of(edited.words.topic, None, known) if edited else Draft(**case.ask["draft"])
        post = published(case.contact, draft, agreed=True)
        session.add(post)
        _publish(case, consent, post.id, edited.words.topic if edited else None)
        return case.asked

    async def _withhold(
        self,
        snapshot: Snapshot,
        case: _Case,
        edited: Later | None,
        triage: Triage | None,
        hindrance: str,
        consent: dict[str, Any],
    ) -> Decision:
        """Returns the next rung's decision.

        The agent who then serves the contact has to know the customer's later words, too.
        """
        contact, private = case.contact, triage is not None and triage.sensitive
        case.note(consent)
        if edited:
            contact.text = f"{contact.text}\n\n{edited.text}"
        if triage and private:
            take_private(contact, triage, topic=True)
        decision = await case.current.climb(snapshot, self._foresight, f"{NOT_TO_SHOW}: {hindrance}")
        decision.route = {**decision.route, "consent": consent}
        if edited and triage and private:
            decision.triage = private_triage(decision, contact, triage, NOT_TO_SHOW, text=edited.words.topic)
        return decision


def _said_before(case: _Case, edited: Later | None) -> bool:
    consent = case.consent
    return consent is not None and bool(consent["agreed"]) and consent["sent"] == (edited.text if edited else None)


def _may_agree(case: _Case, edited: Later | None) -> None:
    """Makes sure that the customer may still agree. Raises AskOver, WrongState."""
    if case.state.final:
        raise WrongState(f"The contact is {case.state}.", state=case.state)
    if case.posted:
        raise WrongState("The contact is posted already, with another text.", state=case.state)
    if not case.pending:
        raise AskOver
    if not edited and not case.ask["draft"]["body"]:
        raise AskOver("What the customer was asked about was taken back, and so was the question. Nothing was posted.")


def _find(snapshot: Snapshot, edited: Later) -> Triage:
    (seen,) = edited.seen
    return find(snapshot, seen, named=edited.named, measured=edited.measured, customer={})


def _hindrance(snapshot: Snapshot, triage: Triage | None, case: _Case) -> str | None:
    """Returns why the contact may not be posted after all; None if it may."""
    if case.contact.sensitive or (triage and triage.sensitive):
        return "it is sensitive"
    if triage is None:
        return None
    if triage.touch is Touch.HIGH and case.asked.triage["touch"] == Touch.LOW:
        return "it asks for a person"
    asked = case.contact.taken_private_at is None  # and has answered, in words of which nothing was taken away
    facts = replace(case.current.facts, can_ask=asked)
    return None if may_be_posted(snapshot, triage.matter, facts) else "the community does not take it"


def _publish(case: _Case, consent: dict[str, Any], post: str, text: str | None) -> None:
    """Posts the contact on the rung of the question.

    Until it is dispatched it is `accepted`, so that recovery would find it.
    """
    contact, then, now = case.contact, case.ask["then"], utc_now()
    limit = (
        datetime.fromisoformat(then["until"])
        if then["until"]
        else now + timedelta(seconds=then["s"])
        if then["s"]
        else None
    )
    contact.asking, contact.rung_limit_at, contact.state = False, limit, ContactState.ACCEPTED
    contact.served_by = served_by(ServedBy.POST, post)
    promised = (
        {"reply_by": moment(limit), "at_limit": then["at_limit"]} if limit else {"reply_by": None, "at_limit": None}
    )
    case.note(consent, post={"id": post}, served_by=contact.served_by, **promised)
    judged = {"text": text} if text else {}
    case.asked.triage = {**case.asked.triage, **judged, "modality": outcome_of(contact).modality}


def _consent(sent: str | None, *, agreed: bool, posted: bool) -> dict[str, Any]:
    """Returns the customer's answer, as `ConsentOut` describes it.

    `sent` distinguishes a repeated answer from another one.
    """
    return {"at": moment(utc_now()), "agreed": agreed, "text_edited": sent is not None, "posted": posted, "sent": sent}
