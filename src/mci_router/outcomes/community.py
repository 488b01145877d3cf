"""The built-in community board: a contact's question in public, without what tells who asked."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound, WrongState
from mci_router.ids import new_id
from mci_router.models import Post, Reply

TITLE_LENGTH = 120


def make_post(workspace: str, contact: str, topic: str | None, subject: str | None, text: str) -> Post:
    """A post of a text that has been masked for the public already."""
    title = subject or text.strip().splitlines()[0]
    return Post(
        id=new_id("post"),
        workspace_id=workspace,
        contact_id=contact,
        topic=topic,
        title=title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…",
        body=text,
    )


async def post(session: AsyncSession, workspace: str, post_id: str) -> Post:
    """Raises NotFound."""
    found = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id))
    if found is None:
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    return found


async def posts(session: AsyncSession, workspace: str, *, status: str | None, after: str | None, limit: int) -> list[Post]:
    """Posts, newest first, older than the post `after`."""
    query = select(Post).where(Post.workspace_id == workspace).order_by(Post.id.desc()).limit(limit)
    if status:
        query = query.where(Post.status == status)
    if after:
        query = query.where(Post.id < after)
    return list(await session.scalars(query))


async def replies(session: AsyncSession, workspace: str, post_id: str) -> list[Reply]:
    """The replies to a post, oldest first."""
    query = select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id).order_by(Reply.id).limit(500)
    return list(await session.scalars(query))


async def reply(session: AsyncSession, workspace: str, post_id: str, author: str, body: str) -> Reply:
    """Adds a reply. Raises NotFound, or WrongState once the post is closed."""
    found = await post(session, workspace, post_id)
    if found.status == "closed":
        raise WrongState("The post is closed: its contact has moved on.", state=found.status)
    made = Reply(id=new_id("reply"), workspace_id=workspace, post_id=post_id, author=author, body=body)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def accept_reply(session: AsyncSession, workspace: str, post_id: str, reply_id: str, now: datetime) -> Post:
    """Marks a reply as the answer; accepting the same one again is harmless. Raises NotFound or WrongState."""
    found = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id).with_for_update())
    answer = await session.scalar(select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id, Reply.id == reply_id))
    if found is None or answer is None:
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
