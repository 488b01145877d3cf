"""Consent to summaries: what a customer wrote in private is summed up in public only if they agree to the exact text.

The customer is asked in the private conversation. Nothing is shown by silence, by a no, or by a yes to another text;
and after a yes the text is held against all that was said in private once more.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.community import moderation
from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.messages import MessageData
from mci_router.database import Database
from mci_router.errors import (
    AskOver,
    ChannelCannot,
    ConversationOver,
    NotFound,
    RevealsPrivate,
    StaysPrivate,
    WindowClosed,
    WrongState,
)
from mci_router.ids import new_id
from mci_router.intake.arrival import MessageKeyOf
from mci_router.lifecycle.publicity.going_back import GoingBack, Summary
from mci_router.lifecycle.publicity.summary_words import answer_in, asks_in, may_answer, not_shown_in
from mci_router.lifecycle.publicity.taking_private import Mover
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.saying import OF_SUMMARIES, Said
from mci_router.models import Contact, ModalityMove, SummaryConsent
from mci_router.values import value
from mci_router.vocabulary import Channel, HiddenWhy, MessageKind, SummaryState, Visibility

log = logging.getLogger(__name__)

MOST_ASKED = 3  # questions about summaries of one contact: nobody is worn down
UNREACHED = (ChannelCannot, WindowClosed, StaysPrivate, ConversationOver)
WAITING = f"""
SELECT s.id, c.language FROM summary_consents s
JOIN contacts c ON c.id = s.contact_id
JOIN message_keys y ON y.workspace_id = s.workspace_id AND y.owner = '{OF_SUMMARIES}' AND y.key = s.id
JOIN messages q ON q.id = y.message_id AND q.received_at = y.received_at
JOIN messages a ON a.case_id = q.case_id AND a.id = $3 AND a.received_at >= q.received_at - interval '1 day'
WHERE s.workspace_id = $1 AND s.contact_id = $2 AND s.state = 'waiting'
  AND a.seq > q.seq AND a.occurred_at >= date_trunc('second', q.occurred_at) AND NOT EXISTS (
    SELECT FROM messages b WHERE b.case_id = q.case_id AND b.seq > q.seq AND b.seq < a.seq AND b.kind <> 'note'
      AND b.received_at >= q.received_at - interval '1 day')
"""  # noqa: S608 — a name of ours
"""The open question that a message answers: it has reached the conversation, and nothing was said in between."""


@value
class Question:
    """A question about a summary, and what came of it; `state` as it is now."""

    id: str
    contact: str
    text: str
    accept: bool
    state: SummaryState
    asked_at: datetime | None
    expires_at: datetime
    answered_at: datetime | None

    @classmethod
    def of(cls, row: SummaryConsent) -> "Question":
        over = row.state is SummaryState.WAITING and row.expires_at <= utc_now()
        state = SummaryState.EXPIRED if over else row.state
        return cls(row.id, row.contact_id, row.text, row.accept, state, row.asked_at, row.expires_at, row.answered_at)


class SummaryConsents:
    """Asks customers, and carries out what they answer."""

    def __init__(
        self, database: Database, snapshots: Snapshots, public: GoingBack, conversations: Conversations
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._public = public
        self._conversations = conversations

    async def ask(self, workspace: str, contact_id: str, mover: Mover, summary: Summary) -> bool:
        """Asks the customer whether a summary may be shown. Returns whether they are asked by this call. Idempotent for
        the same summary while the question is open.

        Raises as `GoingBack.back` does, and WrongState: another one is being asked about, the customer has declined
        this one, or was asked often enough; ChannelCannot, WindowClosed: the customer cannot be asked.
        """
        snapshot = await self._snapshots.get(workspace)
        proposed = await self._public.proposed(snapshot, contact_id, summary)
        if proposed is None:
            return False
        async with self._database.transaction() as session:
            row, fresh = await _question(session, workspace, contact_id, mover, proposed, snapshot.spec.summaries.ask_s)
            if fresh and mover.note:
                await replace(mover.note, action="contact.summary_asked").record(session, {})
        if row.asked_at is None:
            await self._write(row)
        return fresh

    async def answer(self, workspace: str, contact_id: str, question: str, *, agree: bool, by: str) -> Question:
        """Shows the summary, or does not; a yes may be taken back. Idempotent.

        Raises:
            NotFound: there is no such question about this contact.
            AskOver: the time to agree is over, or the customer has said no.
            EngineUnavailable, DatabaseUnavailable: nothing has changed.
        """
        row = await self._find(workspace, contact_id, question)
        if not agree:
            return await self._declined(row, by)
        if row.state in (SummaryState.AGREED, SummaryState.WITHHELD):
            return Question.of(row)
        _must_wait(row)
        agent = row.by.removeprefix("agent:") if row.by.startswith("agent:") else None
        mover, summary = Mover(row.by, row.reason, agent), Summary(row.text, row.accept)
        try:
            await self._public.back(workspace, contact_id, mover, summary, beside=partial(_agreed, row.id, by))
        except (RevealsPrivate, StaysPrivate, WrongState, ChannelCannot) as problem:
            log.info("the summary %s is not shown, although its customer agrees: %s", row.id, problem.slug)
            await self._settled(row, SummaryState.WITHHELD, by)
            await self._tell(row)
        return Question.of(await self._find(workspace, contact_id, question))

    async def heard(self, workspace: str, message: MessageData) -> bool:
        """Takes a customer's message that says yes or no, and nothing else, as the answer to the open question that it
        follows. Returns whether it was one: after anything else was said, a yes may be about that.

        Raises DatabaseUnavailable, EngineUnavailable.
        """
        if message["visibility"] != Visibility.PRIVATE or not may_answer(message["text"]):
            return False
        rows = await self._database.read(WAITING, workspace, message["contact_id"], message["id"])
        agree = answer_in(message["text"], Channel(message["channel"]), rows[0]["language"]) if rows else None
        if agree is None:
            return False
        try:
            by = f"message {message['id']}"
            await self.answer(workspace, message["contact_id"], rows[0]["id"], agree=agree, by=by)
        except AskOver:
            return False
        return True

    async def last(self, workspace: str, contact_id: str) -> Question | None:
        """Returns the last question about a contact; None if its customer was never asked."""
        mine = SummaryConsent.workspace_id == workspace, SummaryConsent.contact_id == contact_id
        query = select(SummaryConsent).where(*mine).order_by(SummaryConsent.id.desc()).limit(1)
        async with self._database.transaction() as session:
            row = await session.scalar(query)
        return Question.of(row) if row else None

    async def _find(self, workspace: str, contact: str, question: str) -> SummaryConsent:
        mine = SummaryConsent.workspace_id == workspace, SummaryConsent.contact_id == contact
        async with self._database.transaction() as session:
            row = await session.scalar(select(SummaryConsent).where(*mine, SummaryConsent.id == question))
        if row is None:
            raise NotFound(f"There is no question {question!r} about a summary of this contact.")
        return row

    async def _write(self, row: SummaryConsent) -> None:
        """Writes the question to the customer. One that cannot be asked is over."""
        try:
            await self._say(
                row, await self._in_language(row, asks_in, row.text), MessageKeyOf(OF_SUMMARIES, row.id, "")
            )
        except UNREACHED:
            await self._settled(row, SummaryState.EXPIRED, None)
            raise
        asked = update(SummaryConsent).where(SummaryConsent.id == row.id).values(asked_at=utc_now())
        async with self._database.transaction() as session:
            await session.execute(asked)

    async def _declined(self, row: SummaryConsent, by: str) -> Question:
        """Notes a no; what was shown by a yes is hidden, and first taken back where adapters have said it."""
        if row.state is SummaryState.AGREED:
            await self._public.take_back(row.workspace_id, row.contact_id, row.text, by)
        async with self._database.transaction() as session:
            found = await session.get_one(SummaryConsent, row.id, with_for_update=True)
            before = found.state
            agreed_meanwhile = before is SummaryState.AGREED and row.state is not SummaryState.AGREED
            if before is not SummaryState.DECLINED and not agreed_meanwhile:
                if before is SummaryState.AGREED:
                    await _hide(session, found)
                found.state, found.answered_at, found.answered_by = SummaryState.DECLINED, utc_now(), by
        if agreed_meanwhile:
            return await self._declined(found, by)
        if before in (SummaryState.WAITING, SummaryState.AGREED):
            await self._tell(row)
        return Question.of(await self._find(row.workspace_id, row.contact_id, row.id))

    async def _settled(self, row: SummaryConsent, state: SummaryState, by: str | None) -> None:
        waits = SummaryConsent.id == row.id, SummaryConsent.state == SummaryState.WAITING
        settled = update(SummaryConsent).where(*waits).values(state=state, answered_at=utc_now(), answered_by=by)
        async with self._database.transaction() as session:
            await session.execute(settled)

    async def _tell(self, row: SummaryConsent) -> None:
        """Tells the customer that it is not shown, once."""
        key = MessageKeyOf(OF_SUMMARIES, f"{row.id} not shown", "")
        try:
            await self._say(row, await self._in_language(row, lambda language, _: not_shown_in(language), ""), key)
        except UNREACHED as problem:
            log.info("the customer is not told that the summary %s is not shown: %s", row.id, problem.slug)

    async def _in_language(self, row: SummaryConsent, words: Callable[[str | None, str], str], text: str) -> str:
        mine = Contact.workspace_id == row.workspace_id, Contact.id == row.contact_id
        async with self._database.transaction() as session:
            return words(await session.scalar(select(Contact.language).where(*mine)), text)

    async def _say(self, row: SummaryConsent, text: str, key: MessageKeyOf) -> None:
        said = Said(MessageKind.SYSTEM, "", text, OF_SUMMARIES, key, visibility=Visibility.PRIVATE, after_end=True)
        await self._conversations.say(row.workspace_id, row.contact_id, said)


def _must_wait(row: SummaryConsent) -> None:
    """Raises AskOver."""
    if row.state is not SummaryState.WAITING or row.expires_at <= utc_now():
        raise AskOver


async def _agreed(question: str, by: str, session: AsyncSession) -> None:
    """Notes a yes in the transaction that shows the summary. Raises AskOver."""
    row = await session.get_one(SummaryConsent, question, with_for_update=True, populate_existing=True)
    if row.state is not SummaryState.AGREED:
        _must_wait(row)
        row.state, row.answered_at, row.answered_by = SummaryState.AGREED, utc_now(), by


async def _question(
    session: AsyncSession, workspace: str, contact_id: str, mover: Mover, proposed: Summary, ask_s: float
) -> tuple[SummaryConsent, bool]:
    """Returns the open question about a summary, and whether it is a new one. Raises WrongState."""
    locked = select(Contact.id).where(Contact.workspace_id == workspace, Contact.id == contact_id).with_for_update()
    await session.execute(locked)
    mine = SummaryConsent.workspace_id == workspace, SummaryConsent.contact_id == contact_id
    rows = (await session.scalars(select(SummaryConsent).where(*mine).order_by(SummaryConsent.id.desc()))).all()
    for row in rows:
        if row.state is SummaryState.WAITING and row.expires_at <= utc_now():
            row.state = SummaryState.EXPIRED
    await session.flush()
    if rows and rows[0].state is SummaryState.WAITING:
        if (rows[0].text, rows[0].accept) == (proposed.text, proposed.accept):
            return rows[0], False
        raise WrongState("The customer is being asked about another summary: wait for the answer.", state="waiting")
    _may_ask_again(rows, proposed.text)
    now = utc_now()
    row = SummaryConsent(
        id=new_id("summary_consent"),
        workspace_id=workspace,
        contact_id=contact_id,
        text=proposed.text,
        accept=proposed.accept,
        by=mover.by,
        reason=mover.reason,
        state=SummaryState.WAITING,
        expires_at=now + timedelta(seconds=ask_s),
    )
    session.add(row)
    await session.flush()
    return row, True


def _may_ask_again(rows: Any, text: str) -> None:
    """Raises WrongState."""
    if any(row.text == text and row.state is SummaryState.DECLINED for row in rows):
        raise WrongState("The customer does not want this summary in public.", state=SummaryState.DECLINED)
    if sum(row.asked_at is not None for row in rows) >= MOST_ASKED:
        raise WrongState(
            f"The customer was asked about a summary {MOST_ASKED} times: go back without one.", state="asked"
        )


async def _hide(session: AsyncSession, row: SummaryConsent) -> None:
    """Hides the reply in which the summary is shown, if it stands on the board: then no summary is shown any more."""
    mine = ModalityMove.workspace_id == row.workspace_id, ModalityMove.contact_id == row.contact_id
    shown = select(ModalityMove).where(*mine, ModalityMove.summary == row.text)
    move = await session.scalar(shown.order_by(ModalityMove.id.desc()).limit(1))
    if move and move.post_id and move.reply_id:
        await moderation.hide(session, row.workspace_id, move.post_id, move.reply_id, HiddenWhy.PRIVATE)
    if move:
        move.summary, move.accepted = None, False
