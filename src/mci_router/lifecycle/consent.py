"""Consent: the customer says whether a contact that was written in private may be posted.

Exactly the draft that was shown is posted, or the customer's own wording, which passes the same gate as a contact does. A contact that was
asked about and one that is posted stand on the same rung, so whatever is repeated finds what was done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.community.board import Draft, hide_post
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AskOver, NotFound, WrongState
from mci_router.intake.answer import Answer
from mci_router.intake.publishing import draft_of, known_of
from mci_router.intake.reception import Later, Reception
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.open_contact import OpenContact, answer_of, latest_decision
from mci_router.lifecycle.placing import Placing
from mci_router.lifecycle.privacy import private_triage, take_private
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.outcomes.community import published
from mci_router.routing.engine import Engine
from mci_router.routing.policy.posting import may_be_posted
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Triage
from mci_router.triage.finding import find
from mci_router.vocabulary import ContactState, Touch

DECLINED = "the customer does not want it in public"
WITHDRAWN = "the customer takes back the consent"
NOT_TO_SHOW = "the customer's own wording is not posted"


@dataclass(frozen=True, slots=True)
class _Case:
    """A contact that was asked about, and the decision that asked."""

    found: OpenContact
    asked: Decision

    @property
    def contact(self) -> Contact:
        return self.found.contact

    @property
    def state(self) -> ContactState:
        """Where it stands on its row's rung."""
        return self.found.live.state if self.found.live and self.found.placed else self.contact.state

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
        """Whether the customer has agreed, and the community has it still."""
        consent = self.consent
        return bool(consent and consent["posted"]) and self.contact.rung == self.asked.rung and not self.state.final

    def note(self, consent: dict[str, Any], **changes: Any) -> None:
        self.asked.route = {**self.asked.route, **changes, "ask": None, "asked": self.ask, "consent": consent}


class Consents:
    """Takes customers' answers."""

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, reception: Reception, placing: Placing, ladder: Ladder
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._reception = reception
        self._placing = placing
        self._ladder = ladder

    async def agree(self, workspace: str, contact_id: str, text: str | None) -> Answer:
        """Posts the draft, or `text` instead of it, if that can be shown; else the contact goes on, and the answer says why.

        Saying the same again gets the same answer.

        Raises:
            AskOver: the time to answer is over, or the customer has said no.
            NotFound, WrongState: there is no such contact, it was never asked about, or it is posted with another text or has ended.
        """
        snapshot = await self._snapshots.get(workspace)
        edited = await self._heard(snapshot, contact_id, text) if text else None
        async with self._database.command() as session:
            case = await self._case(session, workspace, contact_id)
            decision = case.found.decision
            if not _said_before(case, edited):
                _may_agree(case)
                decision = await self._post(session, snapshot, case, edited)
        return await self._placed(snapshot, case, decision)

    async def refuse(self, workspace: str, contact_id: str) -> Answer:
        """The contact moves on at once, and what was posted by consent is taken out of the public. Harmless to repeat.

        Raises:
            NotFound, WrongState: there is no such contact, or it was never asked about.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            case = await self._case(session, workspace, contact_id)
            decision, why = case.found.decision, WITHDRAWN if case.consent else DECLINED
            stands = case.posted or (case.contact.asking and not case.state.final)
            if case.consent and case.consent["posted"]:
                await hide_post(session, contact_id, utc_now())
            if stands:
                case.note(_consent(None, agreed=False, posted=False))
                decision = await self._ladder.climb(snapshot, case.found, why)
                decision.route = {**decision.route, "consent": case.consent}
        return await self._placed(snapshot, case, decision)

    async def _placed(self, snapshot: Snapshot, case: _Case, decision: Decision) -> Answer:
        if case.state.final:
            return answer_of(case.contact, decision, case.state)
        standing = await self._placing.place(snapshot, case.contact)
        return answer_of(case.contact, decision, standing.state)

    async def _heard(self, snapshot: Snapshot, contact_id: str, text: str) -> Later:
        """The customer's own wording, read before the contact's row is locked. The topic stays named if the adapter named it."""
        async with self._database.transaction() as session:
            query = select(Contact).where(Contact.workspace_id == snapshot.workspace_id, Contact.id == contact_id)
            contact = await session.scalar(query)
            if contact is None:
                raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
            decision = await latest_decision(session, contact)
        named = contact.topic if not decision.triage["model"] and contact.topic in snapshot.topics else None
        return await self._reception.listen(snapshot, text, contact.channel, named)

    async def _case(self, session: AsyncSession, workspace: str, contact_id: str) -> _Case:
        found = await OpenContact.locked(session, self._engine, workspace, contact_id)
        asked = [decision for decision in found.decisions if decision.route.get("ask") or decision.route.get("asked")]
        if not asked:
            raise WrongState("The customer was never asked whether this contact may be posted.", state=found.state)
        return _Case(found, asked[-1])

    async def _post(self, session: AsyncSession, snapshot: Snapshot, case: _Case, edited: Later | None) -> Decision:
        """The decision then in force: the one that asked, posted now, or that of the next rung."""
        found = _find(snapshot, edited) if edited else None
        hindrance = _hindrance(snapshot, found, case)
        consent = _consent(edited.text if edited else None, agreed=True, posted=hindrance is None)
        if hindrance:
            return await self._withhold(snapshot, case, edited, found, hindrance, consent)
        known = (await known_of(session, [case.found.customer]))[case.found.customer.id]
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
        found: Triage | None,
        hindrance: str,
        consent: dict[str, Any],
    ) -> Decision:
        """The next rung's decision. Whoever serves the contact then has to know the customer's later words, too."""
        contact, private = case.contact, found is not None and found.sensitive
        case.note(consent)
        if edited:
            contact.text = f"{contact.text}\n\n{edited.text}"
        if found and private:
            take_private(contact, found, topic=True)
        decision = await self._ladder.climb(snapshot, case.found, f"{NOT_TO_SHOW}: {hindrance}")
        decision.route = {**decision.route, "consent": consent}
        if edited and found and private:
            decision.triage = private_triage(decision, contact, found, NOT_TO_SHOW, text=edited.words.topic)
        return decision


def _said_before(case: _Case, edited: Later | None) -> bool:
    consent = case.consent
    return consent is not None and bool(consent["agreed"]) and consent["sent"] == (edited.text if edited else None)


def _may_agree(case: _Case) -> None:
    """Raises AskOver, WrongState."""
    if case.state.final:
        raise WrongState(f"The contact is {case.state}.", state=case.state)
    if case.posted:
        raise WrongState("The contact is posted already, with another text.", state=case.state)
    if not case.pending:
        raise AskOver


def _find(snapshot: Snapshot, edited: Later) -> Triage:
    (seen,) = edited.seen
    return find(snapshot, seen, named=edited.named, measured=edited.measured, customer={})


def _hindrance(snapshot: Snapshot, found: Triage | None, case: _Case) -> str | None:
    """Why it may not be posted after all."""
    if case.contact.sensitive or (found and found.sensitive):
        return "it is sensitive"
    if found is None:
        return None
    if found.touch is Touch.HIGH and case.asked.triage["touch"] == Touch.LOW:
        return "it asks for a person"
    return None if may_be_posted(snapshot, found.matter, case.found.facts) else "the community does not take it"


def _publish(case: _Case, consent: dict[str, Any], post: str, text: str | None) -> None:
    """The contact is posted on the rung on which it was asked about; until it is placed, `accepted`, so that recovery would find it."""
    contact, then, now = case.contact, case.ask["then"], utc_now()
    limit = datetime.fromisoformat(then["until"]) if then["until"] else now + timedelta(seconds=then["s"]) if then["s"] else None
    contact.asking, contact.rung_limit_at, contact.state = False, limit, ContactState.ACCEPTED
    told = {"reply_by": moment(limit), "at_limit": then["at_limit"]} if limit else {"reply_by": None, "at_limit": None}
    case.note(consent, post={"id": post}, **told)
    judged = {"text": text} if text else {}
    case.asked.triage = {**case.asked.triage, **judged, "modality": outcome_of(contact).modality}


def _consent(sent: str | None, *, agreed: bool, posted: bool) -> dict[str, Any]:
    """What the customer answered, as `ConsentOut` describes it; `sent` tells a repeated answer from another one."""
    return {"at": moment(utc_now()), "agreed": agreed, "text_edited": sent is not None, "posted": posted, "sent": sent}
