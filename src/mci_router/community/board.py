"""The built-in community board: a contact's question in public, without what tells who asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound, WrongState
from mci_router.ids import new_id
from mci_router.models import Post, Reply

TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be posted: a text that was judged, masked for the public."""

    title: str
    body: str


def make_post(workspace: str, contact: str, topic: str | None, draft: Draft) -> Post:
    """A post of a draft that may be shown."""
    return Post(id=new_id("post"), workspace_id=workspace, contact_id=contact, topic=topic, title=draft.title, body=draft.body)


async def post(session: AsyncSession, workspace: str, post_id: str, *, hidden: bool = False) -> Post:
    """`hidden`: also one that only moderators see. Raises NotFound."""
    found = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id))
    if found is None or (found.hidden and not hidden):
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    return found


async def posts(session: AsyncSession, workspace: str, *, hidden: bool, status: str | None, after: str | None, limit: int) -> list[Post]:
    """Posts, newest first, older than the post `after`; `hidden`: also those that only moderators see."""
    query = select(Post).where(Post.workspace_id == workspace).order_by(Post.id.desc()).limit(limit)
    if not hidden:
        query = query.where(Post.hidden.is_(False))
    if status:
        query = query.where(Post.status == status)
    if after:
        query = query.where(Post.id < after)
    return list(await session.scalars(query))


async def replies(session: AsyncSession, workspace: str, post_id: str, *, hidden: bool) -> list[Reply]:
    """The replies to a post, oldest first; `hidden`: also those that only moderators see."""
    query = select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id).order_by(Reply.id).limit(500)
    return list(await session.scalars(query if hidden else query.where(Reply.hidden.is_(False))))


async def open_post(session: AsyncSession, workspace: str, post_id: str) -> Post:
    """A post that can be replied to. Raises NotFound, or WrongState once it is closed."""
    found = await post(session, workspace, post_id)
    if found.status == "closed":
        raise WrongState("The post is closed: its contact has moved on.", state=found.status)
    return found


async def reply(session: AsyncSession, workspace: str, post_id: str, author: str, body: str, *, hidden: bool) -> Reply:
    """Adds a reply of an author and a text that have been masked for the public. Raises NotFound, WrongState."""
    await open_post(session, workspace, post_id)
    made = Reply(id=new_id("reply"), workspace_id=workspace, post_id=post_id, author=author, body=body, hidden=hidden)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def accept_reply(session: AsyncSession, workspace: str, post_id: str, reply_id: str, now: datetime) -> Post:
    """Marks a reply as the answer; accepting the same one again is harmless. Raises NotFound or WrongState."""
    found = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id).with_for_update())
    answer = await session.scalar(select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id, Reply.id == reply_id))
    if found is None or answer is None or found.hidden or answer.hidden:
        raise NotFound("There is no such reply to that post in this workspace.")
    if found.status == "answered" and answer.accepted:
        return found
    if found.status != "open":
        raise WrongState(f"The post is {found.status}.", state=found.status)
    answer.accepted, found.status, found.closed_at = True, "answered", now
    return found


async def close_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Closes a contact's open post, if it has one: the contact moves on."""
    await session.execute(update(Post).where(Post.contact_id == contact, Post.status == "open").values(status="closed", closed_at=now))


async def hide_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Takes a contact's question out of the public, and closes it."""
    mine = Post.contact_id == contact
    await session.execute(update(Post).where(mine).values(hidden=True))
    await session.execute(update(Post).where(mine, Post.status == "open").values(status="closed", closed_at=now))
