"""News of the board: events are written down with what they are about, and journalled once that is committed.

Any process journals them; one that dies in between leaves the row, and the live state journals an event once.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.events import EventType
from mci_router.models import BoardNews, Follower, Post, Reply
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found
from mci_router.values import value

BATCH = 50
A_PIECE = 100  # followers in one event
MOST_FOLLOWERS = 1_000  # of a post
PENDING = "EXISTS (SELECT FROM community_news)"

Tell: TypeAlias = Callable[["ReplyNews"], Awaitable[None]]


@value
class ReplyNews:
    """A reply of which the customer who asked is to hear: the contact, the post's title, and what was written."""

    workspace: str
    contact: str
    post: str
    reply: str
    title: str
    author: str
    text: str


def note(session: AsyncSession, post: Post, event: EventType, **facts: Any) -> None:
    """Writes an event of a post down, in the transaction in which it happens."""
    said = {name: value for name, value in facts.items() if value is not None}
    session.add(
        BoardNews(
            workspace_id=post.workspace_id, contact_id=post.contact_id, event=event, facts={"post": post.id, **said}
        )
    )


class BoardEvents:
    """Journals what the board has written down. `tell` writes a reply to the customer who asked, once."""

    def __init__(self, database: Database, engine: Engine, tell: Tell) -> None:
        self._database = database
        self._engine = engine
        self._tell = tell

    async def turn(self) -> None:
        """Journals all there is. Raises EngineUnavailable when the others are journalled, if a shard is away."""
        await each_found(self._database, select(BoardNews.workspace_id), self.publish)

    async def publish(self, workspace: str) -> None:
        """Journals those of one workspace, except those that another process journals now. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            query = select(BoardNews).where(BoardNews.workspace_id == workspace).order_by(BoardNews.id).limit(BATCH)
            for row in await session.scalars(query.with_for_update(skip_locked=True)):
                await self._engine.journal_post(workspace, row.event, row.contact_id, row.facts, f"{row.id}")
                if row.event == EventType.REPLY_CREATED:
                    await self._spread(session, row)
                await session.delete(row)

    async def _spread(self, session: AsyncSession, row: BoardNews) -> None:
        """Has those who follow the post, and who asked, hear of a reply."""
        post, reply = await session.get(Post, row.facts["post"]), await session.get(Reply, row.facts["reply"])
        if post is None or reply is None or post.hidden or reply.hidden:
            return
        followers = await _followers(session, post, reply)
        for start in range(0, len(followers), A_PIECE):
            facts = {"post": post.id, "reply": reply.id, "members": list(followers[start : start + A_PIECE])}
            key = f"{row.id} {start}"
            await self._engine.journal_post(row.workspace_id, EventType.POST_NEWS, row.contact_id, facts, key)
        if not reply.note:
            told = ReplyNews(row.workspace_id, row.contact_id, post.id, reply.id, post.title, reply.author, reply.body)
            await self._tell(told)


async def _followers(session: AsyncSession, post: Post, reply: Reply) -> Sequence[str]:
    """Returns the members who follow a post, without the one who replied."""
    mine = (Follower.workspace_id == post.workspace_id, Follower.post_id == post.id)
    query = select(Follower.member_id).where(*mine, Follower.member_id.is_distinct_from(reply.member_id))
    return (await session.scalars(query.order_by(Follower.member_id).limit(MOST_FOLLOWERS))).all()
