"""The built-in board as a connector: each call is a transaction on the ledger.

What also moves the contact behind a post, such as a sensitive reply, is done in one transaction with it, by
`lifecycle/publicity/replies.py` and the functions of `board.py`.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.community import board, moderation
from mci_router.community.connector import MOST_READ, Health, Question, Reading, Said, Similar, Written
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound
from mci_router.ids import NOUNS
from mci_router.knowledge.search import Asking, Search
from mci_router.models import Contact, Post, Reply
from mci_router.routing.policy.routes import Draft
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import AnswerKind, Audience, HiddenWhy

SETTLE_S = 30  # a reply that has just been made may be committed after one that was made later


class BuiltInBoard:
    """The router's own board."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._search = Search(database)

    async def publish(self, snapshot: Snapshot, question: Question) -> str:
        """Publishes a question, and returns its post. Idempotent: a contact has one open post. Raises NotFound."""
        async with self._database.transaction() as session:
            mine = (Contact.workspace_id == snapshot.workspace_id, Contact.id == question.contact)
            if await session.scalar(select(Contact.id).where(*mine).with_for_update()) is None:
                raise NotFound(f"There is no contact {question.contact!r} in this workspace.")
            posted = select(Post.id).where(Post.contact_id == question.contact).order_by(Post.id.desc()).limit(1)
            if before := await session.scalar(posted):
                return before
            draft = Draft(question.title, question.body)
            made = board.make_post(snapshot.workspace_id, question.contact, question.topic, draft)
            session.add(made)
        return made.id

    async def reply(self, snapshot: Snapshot, thread: str, written: Written) -> str:
        """Adds a reply, and returns its id. Idempotent by its key. Raises NotFound, WrongState."""
        return await self._add(snapshot, thread, written, note=False)

    async def accept(self, snapshot: Snapshot, thread: str, reply: str) -> None:
        """Marks a reply as the answer. Idempotent. Raises NotFound, WrongState."""
        async with self._database.transaction() as session:
            await board.accept_reply(session, snapshot.workspace_id, thread, reply, utc_now())

    async def unaccept(self, snapshot: Snapshot, thread: str) -> None:
        """Takes the answer back. Idempotent. Raises NotFound, WrongState."""
        async with self._database.transaction() as session:
            await board.unaccept_reply(session, snapshot.workspace_id, thread, utc_now())

    async def hide(self, snapshot: Snapshot, thread: str, reply: str | None, why: HiddenWhy) -> None:
        """Hides a reply, or the whole post. Idempotent. Raises NotFound."""
        async with self._database.transaction() as session:
            await moderation.hide(session, snapshot.workspace_id, thread, reply, why)

    async def private_thread(self, snapshot: Snapshot, thread: str, key: str, note: str) -> str:
        """Says in the post that it goes on in private, and returns its contact. Idempotent. Raises NotFound."""
        await self.note(snapshot, thread, key, note)
        async with self._database.transaction() as session:
            return (await board.post(session, snapshot.workspace_id, thread)).contact_id

    async def note(self, snapshot: Snapshot, thread: str, key: str, text: str) -> str:
        """Adds the company's word to a post, and returns its id. Idempotent by its key. Raises NotFound, WrongState."""
        return await self._add(snapshot, thread, Written(key, snapshot.spec.title, text), note=True)

    async def read_since(self, snapshot: Snapshot, mark: str, limit: int = MOST_READ) -> Reading:
        """Returns the replies since a mark, oldest first. What is younger than 30 s comes again."""
        public = (Reply.hidden.is_(False), Post.hidden.is_(False))
        query = (
            select(Reply)
            .join(Post, Post.id == Reply.post_id)
            .where(Reply.workspace_id == snapshot.workspace_id, *public, Reply.id > mark)
        )
        async with self._database.transaction() as session:
            rows = (await session.scalars(query.order_by(Reply.id).limit(limit))).all()
        settled = _mark_before(SETTLE_S)
        last = rows[-1].id if rows else mark
        return Reading([_said(row) for row in rows], max(mark, min(last, settled)))

    async def similar(self, snapshot: Snapshot, text: str, languages: Sequence[str], limit: int = 5) -> list[Similar]:
        """Returns answered posts that fit a text, best first."""
        asking = Asking(snapshot.workspace_id, Audience.PUBLIC, languages, kinds=(AnswerKind.POST,))
        found = await self._search.find(asking, text, limit)
        return [Similar(one.ref, one.title, one.body) for one in found[:limit]]

    async def health(self) -> Health:
        """Returns whether the ledger answers."""
        try:
            await self._database.ping()
        except DatabaseUnavailable as problem:
            return Health(well=False, why=problem.detail)
        return Health(well=True)

    async def _add(self, snapshot: Snapshot, thread: str, written: Written, *, note: bool) -> str:
        async with self._database.transaction() as session:
            await board.locked(session, snapshot.workspace_id, thread)
            if before := await board.reply_by_key(session, snapshot.workspace_id, thread, written.key):
                return before.id
            made = await self._made(session, snapshot.workspace_id, thread, written, note=note)
        return made.id

    async def _made(self, session: AsyncSession, workspace: str, thread: str, written: Written, *, note: bool) -> Reply:
        return await board.reply(
            session,
            workspace,
            thread,
            written.author,
            written.body,
            hidden=written.hidden is not None,
            why=written.hidden,
            member=written.member,
            key=written.key,
            note=note,
            moderator=note,
        )


def _said(row: Reply) -> Said:
    return Said(row.id, row.post_id, row.author, row.body, row.created_at, row.accepted, row.note)


def _mark_before(seconds: float) -> str:
    """Returns the mark of that long ago: the smallest id of a reply that could have been made then."""
    at = utc_now() - timedelta(seconds=seconds)
    return f"{NOUNS['reply']}_{to_ms(at):012x}{'0' * 20}"
