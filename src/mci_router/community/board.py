"""The built-in community board: a contact's question in public, without anything that identifies the customer."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound, WrongState
from mci_router.ids import new_id
from mci_router.knowledge import entries
from mci_router.models import Contact, Post, Reply
from mci_router.routing.policy.routes import Draft
from mci_router.vocabulary import AnswerKind, Audience

TITLE_LENGTH = 120


def make_post(workspace: str, contact: str, topic: str | None, draft: Draft) -> Post:
    """Makes a post of a draft that may be shown."""
    return Post(
        id=new_id("post"), workspace_id=workspace, contact_id=contact, topic=topic, title=draft.title, body=draft.body
    )


async def post(session: AsyncSession, workspace: str, post_id: str, *, hidden: bool = False) -> Post:
    """Returns a post; with `hidden`, also one that only moderators see. Raises NotFound."""
    row = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id))
    if row is None or (row.hidden and not hidden):
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    return row


async def posts(
    session: AsyncSession, workspace: str, *, hidden: bool, status: str | None, after: str | None, limit: int
) -> list[Post]:
    """Returns posts, newest first, older than the post `after`; with `hidden`, also those that only moderators see."""
    query = select(Post).where(Post.workspace_id == workspace).order_by(Post.id.desc()).limit(limit)
    if not hidden:
        query = query.where(Post.hidden.is_(False))
    if status:
        query = query.where(Post.status == status)
    if after:
        query = query.where(Post.id < after)
    return list(await session.scalars(query))


async def replies(session: AsyncSession, workspace: str, post_id: str, *, hidden: bool) -> list[Reply]:
    """Returns the replies to a post, oldest first; with `hidden`, also those that only moderators see."""
    query = select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id).order_by(Reply.id).limit(500)
    return list(await session.scalars(query if hidden else query.where(Reply.hidden.is_(False))))


async def open_post(session: AsyncSession, workspace: str, post_id: str) -> Post:
    """Returns a post that can be replied to. Raises NotFound, or WrongState once it is closed."""
    row = await post(session, workspace, post_id)
    if row.status == "closed":
        raise WrongState("The post is closed: its contact has moved on.", state=row.status)
    return row


async def reply(session: AsyncSession, workspace: str, post_id: str, author: str, body: str, *, hidden: bool) -> Reply:
    """Adds a reply; author and text have been masked for the public. Raises NotFound, WrongState."""
    await open_post(session, workspace, post_id)
    made = Reply(id=new_id("reply"), workspace_id=workspace, post_id=post_id, author=author, body=body, hidden=hidden)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def accept_reply(session: AsyncSession, workspace: str, post_id: str, reply_id: str, now: datetime) -> Post:
    """Marks a reply as the answer. Idempotent. Raises NotFound or WrongState."""
    row = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id).with_for_update())
    answer = await session.scalar(
        select(Reply).where(Reply.workspace_id == workspace, Reply.post_id == post_id, Reply.id == reply_id)
    )
    if row is None or answer is None or row.hidden or answer.hidden:
        raise NotFound("There is no such reply to that post in this workspace.")
    if row.status == "answered" and answer.accepted:
        return row
    if row.status != "open":
        raise WrongState(f"The post is {row.status}.", state=row.status)
    answer.accepted, row.status, row.closed_at = True, "answered", now
    await _make_findable(session, row, answer)
    return row


async def close_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Closes a contact's open post, if it has one: the contact moves on."""
    await session.execute(
        update(Post).where(Post.contact_id == contact, Post.status == "open").values(status="closed", closed_at=now)
    )


async def hide_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Hides a contact's question from the public, and closes it."""
    mine = Post.contact_id == contact
    hidden = (
        await session.execute(update(Post).where(mine).values(hidden=True).returning(Post.workspace_id, Post.id))
    ).all()
    for workspace, gone in hidden:
        await entries.drop(session, workspace, AnswerKind.POST, [gone])
    await session.execute(update(Post).where(mine, Post.status == "open").values(status="closed", closed_at=now))


async def _make_findable(session: AsyncSession, row: Post, answer: Reply) -> None:
    """Lets searches find the answer, by the question's words, too."""
    entry = {
        "ref": row.id,
        "post_id": row.id,
        "topic": row.topic,
        "language": await session.scalar(select(Contact.language).where(Contact.id == row.contact_id)),
        "title": row.title,
        "asked": row.body,
        "body": answer.body,
        "audience": Audience.PUBLIC,
    }
    await entries.put(session, row.workspace_id, AnswerKind.POST, [entry])


async def reindex(session: AsyncSession, workspace: str) -> int:
    """Lets searches find all accepted replies again, and returns how many there are."""
    await entries.clear(session, workspace, AnswerKind.POST)
    answered = (
        select(Post, Reply)
        .join(Reply, Reply.post_id == Post.id)
        .where(Post.workspace_id == workspace, Post.hidden.is_(False), Reply.accepted, Reply.hidden.is_(False))
    )
    rows = (await session.execute(answered)).all()
    for post_of, answer in rows:
        await _make_findable(session, post_of, answer)
    return len(rows)
