"""Going back: a conversation that was taken private goes on in public, with a summary that reveals nothing of it.

The summary is in the ledger with the move, and as a reply in the thread; then customer and channel are told of it. What
a crash has left untold is told later. Nothing that was said changes its visibility.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.community import threads
from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.channel_ways import Ways
from mci_router.conversations.rewriting import Rewriting
from mci_router.database import Database
from mci_router.errors import ConversationOver, NotFound, Problem, RevealsPrivate, StaysPrivate, WrongState
from mci_router.ids import new_id
from mci_router.intake.later import Listener
from mci_router.intake.masking import mask, mask_public
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.publicity.notices import answered_in
from mci_router.lifecycle.publicity.private_words import private_words
from mci_router.lifecycle.publicity.replies import judge_reply
from mci_router.lifecycle.publicity.taking_private import Mover
from mci_router.lifecycle.talking.conversing import OURS, Conversations
from mci_router.lifecycle.talking.saying import Said
from mci_router.models import Contact, ModalityMove, Post
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import Row, each_row
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import MAY_BE_PUBLIC, Channel, MessageKind, Modality, Visibility

log = logging.getLogger(__name__)

PENDING = "EXISTS (SELECT FROM modality_moves WHERE told_at IS NULL AND created_at < now() - interval '5 s')"
MOST_AT_ONCE = 100
MOST_OF_QUESTION = 200  # characters
TAKEN_BACK = "The customer does not want it in public."
TOLD = f"SELECT message_id FROM message_keys WHERE workspace_id = $1 AND owner = '{OURS}' AND key = ANY($2)"  # noqa: S608 — ours
Beside = Callable[[AsyncSession], Awaitable[None]]
"""What is written in the same transaction."""
ASK_FIRST = (
    "The customer wrote in private, and nothing of it is public: it becomes public only if the customer agrees. "
    "Let others have the answer instead: save it as an article."
)


@value
class Summary:
    """What is shown in public of a private conversation; `accept`: as the accepted answer of its thread."""

    text: str
    accept: bool = False


class GoingBack:
    """Takes conversations back to the public."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        listener: Listener,
        ways: Ways,
        conversations: Conversations,
        rewriting: Rewriting,
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._listener = listener
        self._ways = ways
        self._conversations = conversations
        self._rewriting = rewriting

    async def back(
        self, workspace: str, contact_id: str, mover: Mover, summary: Summary | None, beside: Beside | None = None
    ) -> bool:
        """Takes a conversation back to where its customer wrote, and shows the summary there. Returns whether anything
        changed. Idempotent for the same summary. `beside` is written in the same transaction.

        Raises:
            NotFound, WrongState: there is no such contact; it has ended and there is no summary; another is shown.
            StaysPrivate: nothing of it was public, it is sensitive, or its post was hidden for another reason.
            RevealsPrivate: the summary would reveal something; nothing has changed.
            ChannelCannot, EngineUnavailable, DatabaseUnavailable: nothing has changed.
        """
        snapshot = await self._snapshots.get(workspace)
        shown = await self._checked(snapshot, contact_id, summary) if summary else None
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            if current.state.final and summary is None:
                raise WrongState(f"The contact is {current.state}: its conversation is over.", state=current.state)
            if beside:
                await beside(session)
            last, post = await _public_so_far(session, current.contact)
            before = current.contact.modality
            if not _changes(current.contact, last, shown):
                return False
            if mover.note:
                await mover.note.record(session, {"modality": before})
            move = await self._move(
                snapshot, current, post, last, mover, shown, accept=bool(summary and summary.accept)
            )
        if move.told_at is None:
            try:
                await self._tell(snapshot, current.contact, move)
            except Problem as problem:
                log.warning("the summary of %s is told later: %s", contact_id, problem.slug)
        return True

    async def proposed(self, snapshot: Snapshot, contact_id: str, summary: Summary) -> Summary | None:
        """Returns a summary exactly as it would be shown; None if it is shown already. Raises as `back` does."""
        shown = await self._checked(snapshot, contact_id, summary)
        async with self._database.transaction() as session:
            contact = await self._contact(session, snapshot.workspace_id, contact_id)
            last, _ = await _public_so_far(session, contact)
            return replace(summary, text=shown) if _changes(contact, last, shown) else None

    async def turn(self) -> None:
        """Tells what a crash has left untold. Raises as `each` does: the next turn goes on."""
        await each_row(self._untold, MOST_AT_ONCE, self._tell_later)

    async def _untold(self, but: Sequence[str]) -> Sequence[Row]:
        moves = select(ModalityMove, Contact).join(Contact, Contact.id == ModalityMove.contact_id)
        untold = moves.where(ModalityMove.told_at.is_(None), ModalityMove.workspace_id.not_in(but))
        async with self._database.transaction() as session:
            found = await session.execute(untold.order_by(ModalityMove.id).limit(MOST_AT_ONCE))
            return [{"workspace_id": move.workspace_id, "of": (contact, move)} for move, contact in found]

    async def _tell_later(self, row: Row) -> None:
        await self._tell(await self._snapshots.get(row["workspace_id"]), *row["of"])

    async def take_back(self, workspace: str, contact_id: str, shown: str, by: str) -> None:
        """Takes the words of a summary away where an adapter has said it in public; it hears that it is redacted.
        Idempotent. Raises DatabaseUnavailable.
        """
        mine = ModalityMove.workspace_id == workspace, ModalityMove.contact_id == contact_id
        async with self._database.transaction() as session:
            moves = list(await session.scalars(select(ModalityMove.id).where(*mine, ModalityMove.summary == shown)))
        keys = [self._conversations.kept_key(workspace, told_by(move)) for move in moves]
        for row in await self._database.read(TOLD, workspace, keys):
            await self._rewriting.redact(workspace, row["message_id"], TAKEN_BACK, by)

    async def draft(self, workspace: str, contact_id: str) -> str:
        """Returns a first draft of a summary, of what is public already: the question, and room for the answer.

        Raises NotFound, StaysPrivate, DatabaseUnavailable.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            contact = await self._contact(session, workspace, contact_id)
            post = await threads.thread_of(session, workspace, contact_id)
            words = await private_words(session, snapshot, contact)
        asked = post.title if post else mask_public(next(iter(words.public), ""), *words.known)[:MOST_OF_QUESTION]
        draft = f"{asked}\n\n" if asked else ""
        return "" if await words.revealed_by(draft) else draft

    async def _contact(self, session: AsyncSession, workspace: str, contact_id: str) -> Contact:
        mine = Contact.workspace_id == workspace, Contact.id == contact_id
        contact = await session.scalar(select(Contact).where(*mine))
        if contact is None:
            raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
        if contact.sensitive:
            raise StaysPrivate
        return contact

    async def _checked(self, snapshot: Snapshot, contact_id: str, summary: Summary) -> str:
        """Returns the summary as it is shown. Raises NotFound, StaysPrivate, RevealsPrivate, ChannelCannot."""
        async with self._database.transaction() as session:
            contact = await self._contact(session, snapshot.workspace_id, contact_id)
            last = await _last_move(session, contact_id)
            words = await private_words(session, snapshot, contact)
        said = await self._listener.overhear(snapshot, mask(summary.text).text, "")
        shown = mask_public(said.words.topic, *words.known)
        if last and last.summary == shown:
            return shown
        places = [asdict(place) for place in await words.revealed_by(summary.text)]
        if judge_reply(snapshot, said).hidden:
            places.append({"offset": 0, "length": len(summary.text), "kind": "sensitive"})
        if places:
            raise RevealsPrivate.at(places)
        await self._ways.refuse_what_the_channel_cannot(snapshot, contact_id, shown, None)
        return shown

    async def _move(
        self,
        snapshot: Snapshot,
        current: OpenContact,
        post: Post | None,
        last: ModalityMove | None,
        mover: Mover,
        shown: str | None,
        *,
        accept: bool,
    ) -> ModalityMove:
        contact, session, now = current.contact, current.session, utc_now()
        contact.taken_private_at = None
        reply = None
        if post is not None:
            await threads.reopen(session, post, shown=bool(last and last.hid))
            if shown:
                reply = await threads.answer(session, post, snapshot.spec.title, shown, now, accept=accept)
        move = ModalityMove(
            id=new_id("modality_move"),
            workspace_id=contact.workspace_id,
            contact_id=contact.id,
            goes_to=Modality.MANY_TO_MANY,
            by=mover.by,
            post_id=post.id if post else None,
            summary=shown,
            accepted=accept and reply is not None,
            reply_id=reply,
            told_at=None if shown else now,
        )
        session.add(move)
        await session.flush()
        await session.refresh(move)
        return move

    async def _tell(self, snapshot: Snapshot, contact: Contact, move: ModalityMove) -> None:
        """Says the summary where the thread is not on the board alone, and tells the customer of what is there."""
        try:
            elsewhere = not move.reply_id or _in_a_network(snapshot, contact)
            if elsewhere and move.summary and contact.visibility is Visibility.PUBLIC:
                await self._say(move, move.summary, Visibility.PUBLIC, told_by(move.id))
            if move.reply_id and not _told_by_the_board(contact):
                await self._say(move, answered_in(contact.language), Visibility.PRIVATE, f"told {move.id}")
        except (StaysPrivate, ConversationOver) as problem:  # it was taken private again, or erased, meanwhile
            log.info("the summary of %s is not told further: %s", contact.id, problem.slug)
        told = update(ModalityMove).where(ModalityMove.id == move.id).values(told_at=utc_now())
        async with self._database.transaction() as session:
            await session.execute(told)

    async def _say(self, move: ModalityMove, said: str, visibility: Visibility, key: str) -> None:
        public = visibility is Visibility.PUBLIC
        agent = move.by.removeprefix("agent:") if public and move.by.startswith("agent:") else ""
        kind = MessageKind.AGENT if agent else MessageKind.SYSTEM
        written = Said(kind, agent, said, owner=OURS, key=key, visibility=visibility, after_end=True)
        await self._conversations.say(move.workspace_id, move.contact_id, written)


def told_by(move: str) -> str:
    """Returns the key of the message by which adapters hear of a summary."""
    return f"summary {move}"


async def _last_move(session: AsyncSession, contact: str) -> ModalityMove | None:
    query = select(ModalityMove).where(ModalityMove.contact_id == contact).order_by(ModalityMove.id.desc()).limit(1)
    found: ModalityMove | None = await session.scalar(query)
    return found


async def _public_so_far(session: AsyncSession, contact: Contact) -> tuple[ModalityMove | None, Post | None]:
    """Returns a contact's last move and its post. Raises StaysPrivate if nothing of it was public."""
    last = await _last_move(session, contact.id)
    post = await threads.thread_of(session, contact.workspace_id, contact.id)
    _must_have_been_public(contact, post, last)
    return last, post


def _must_have_been_public(contact: Contact, post: Post | None, last: ModalityMove | None) -> None:
    """Raises StaysPrivate."""
    if contact.sensitive:
        raise StaysPrivate
    if contact.visibility is not Visibility.PUBLIC and post is None:
        raise StaysPrivate(ASK_FIRST)
    if post is not None and post.hidden and not (last and last.hid):
        raise StaysPrivate("Its post is hidden, and not because the conversation was taken private.")


def _changes(contact: Contact, last: ModalityMove | None, shown: str | None) -> bool:
    """Returns whether there is anything to do. Raises WrongState: another summary is shown already."""
    if shown is None:
        private = last is not None and last.goes_to == Modality.ONE_TO_ONE
        return private or contact.taken_private_at is not None
    if last is None or last.goes_to == Modality.ONE_TO_ONE or last.summary is None:
        return True
    if last.summary != shown:
        raise WrongState("Another summary is shown already: reply in the thread.", state=contact.state)
    return False


def _told_by_the_board(contact: Contact) -> bool:
    """Returns whether its customer hears of each reply anyway: one who wrote in private, and agreed to a post."""
    carried = contact.adapter is not None or contact.channel is Channel.WEB
    return carried and contact.visibility is not Visibility.PUBLIC and contact.ended_at is None


def _in_a_network(snapshot: Snapshot, contact: Contact) -> bool:
    """Returns whether an adapter says in public what is answered to the contact."""
    adapter = snapshot.taking_messages.get(contact.adapter or "")
    return bool(adapter and MAY_BE_PUBLIC.intersection(adapter.channels))
