"""The built-in community board: a contact's question in public, without anything that identifies the customer."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import news
from mci_router.community.finding import make_findable
from mci_router.community.sight import EVERYBODY, MODERATORS_SEE, Sees
from mci_router.community.spaces import Within
from mci_router.errors import NotFound, WrongState
from mci_router.events import EventType
from mci_router.ids import new_id
from mci_router.knowledge import entries
from mci_router.models import ModalityMove, Post, Reply
from mci_router.routing.policy.routes import Draft
from mci_router.vocabulary import AnswerKind, HiddenWhy

TITLE_LENGTH = 120
MOST_REPLIES = 500


def make_post(workspace: str, contact: str, topic: str | None, draft: Draft) -> Post:
    """Makes a post of a draft that may be shown."""
    return Post(
        id=new_id("post"), workspace_id=workspace, contact_id=contact, topic=topic, title=draft.title, body=draft.body
    )


async def post(
    session: AsyncSession, workspace: str, post_id: str, *, hidden: bool = False, sees: Sees = EVERYBODY
) -> Post:
    """Returns a post; with `hidden`, also one that is private; what moderators see with `sees`. Raises NotFound."""
    row = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id))
    if row is None or not (hidden or sees.may_see(row)):
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    return row


async def posts(
    session: AsyncSession,
    workspace: str,
    *,
    hidden: bool = False,
    sees: Sees = EVERYBODY,
    status: str | None,
    within: Within | None = None,
    after: str | None,
    limit: int,
) -> list[Post]:
    """Returns posts, newest first, older than the post `after`, of a space if there is one; with `hidden`, also those
    that are private; what moderators see with `sees`.
    """
    query = select(Post).where(Post.workspace_id == workspace).order_by(Post.id.desc()).limit(limit)
    if not hidden:
        query = query.where(sees.shown(Post))
    if status:
        query = query.where(Post.status == status)
    if within and within.others:
        query = query.where(or_(Post.topic.is_(None), Post.topic.not_in(within.topics)))
    elif within:
        query = query.where(Post.topic.in_(within.topics))
    if after:
        query = query.where(Post.id < after)
    return list(await session.scalars(query))


async def replies(
    session: AsyncSession, workspace: str, post_id: str, *, hidden: bool = False, sees: Sees = EVERYBODY
) -> list[Reply]:
    """Returns the replies to a post, oldest first; with `hidden`, also those that are private; what moderators see with
    `sees`.
    """
    mine = (Reply.workspace_id == workspace, Reply.post_id == post_id)
    query = select(Reply).where(*mine).order_by(Reply.id).limit(MOST_REPLIES)
    return list(await session.scalars(query if hidden else query.where(sees.shown(Reply))))


async def open_post(session: AsyncSession, workspace: str, post_id: str, *, moderator: bool = False) -> Post:
    """Returns a post that can be replied to.

    Raises NotFound, or WrongState once it is closed, or for all but moderators while it is locked.
    """
    row = await post(session, workspace, post_id)
    if row.status == "closed":
        raise WrongState("The post is closed: its contact has moved on.", state=row.status)
    if row.locked and not moderator:
        raise WrongState("The post is locked: only moderators reply to it.", state="locked")
    return row


async def reply(
    session: AsyncSession,
    workspace: str,
    post_id: str,
    author: str,
    body: str,
    *,
    hidden: bool,
    why: HiddenWhy | None = None,
    member: str | None = None,
    key: str | None = None,
    note: bool = False,
    moderator: bool = True,
) -> Reply:
    """Adds a reply; author and text have been masked for the public. Raises NotFound, WrongState."""
    row = await open_post(session, workspace, post_id, moderator=moderator)
    made = Reply(
        id=new_id("reply"),
        workspace_id=workspace,
        post_id=post_id,
        author=author,
        body=body,
        hidden=hidden,
        hidden_why=(why or HiddenWhy.PRIVATE) if hidden else None,
        member_id=member,
        key=key,
        note=note,
    )
    session.add(made)
    await session.flush()
    await session.refresh(made)
    if not hidden:
        news.note(session, row, EventType.REPLY_CREATED, reply=made.id, member=member)
    elif why is HiddenWhy.HELD:
        news.note(session, row, EventType.POST_HIDDEN, reply=made.id, member=member, why=why)
    return made


async def hidden_replies(
    session: AsyncSession, workspace: str, *, why: HiddenWhy | None, after: str | None, limit: int
) -> list[Reply]:
    """Returns the replies that moderators see and others do not, newest first, older than the reply `after`."""
    mine = (Reply.workspace_id == workspace, Reply.hidden)
    query = select(Reply).where(*mine).order_by(Reply.id.desc()).limit(limit)
    query = query.where(Reply.hidden_why == why if why else Reply.hidden_why.in_(MODERATORS_SEE))
    return list(await session.scalars(query.where(Reply.id < after) if after else query))


async def reply_by_key(session: AsyncSession, workspace: str, post_id: str, key: str) -> Reply | None:
    """Returns the reply that came with a key; None if none did."""
    mine = (Reply.workspace_id == workspace, Reply.post_id == post_id, Reply.key == key)
    return await session.scalar(select(Reply).where(*mine))


async def accept_reply(session: AsyncSession, workspace: str, post_id: str, reply_id: str, now: datetime) -> Post:
    """Marks a reply as the answer. Idempotent. Raises NotFound or WrongState."""
    row, answer = await locked(session, workspace, post_id), await one_reply(session, workspace, post_id, reply_id)
    if row.hidden or answer.hidden or answer.note:
        raise NotFound("There is no such reply to that post in this workspace.")
    if row.status == "answered" and answer.accepted:
        return row
    if row.status != "open":
        raise WrongState(f"The post is {row.status}.", state=row.status)
    answer.accepted, row.status, row.closed_at = True, "answered", now
    await make_findable(session, row, answer)
    news.note(session, row, EventType.REPLY_ACCEPTED, reply=answer.id, member=answer.member_id)
    return row


async def unaccept_reply(session: AsyncSession, workspace: str, post_id: str, now: datetime) -> Post:
    """Takes the answer of a post back, so that others can answer it; its contact stays as it is. Idempotent.

    Raises NotFound, or WrongState if the post is closed.
    """
    row = await locked(session, workspace, post_id)
    if row.hidden:
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    if row.status == "closed":
        raise WrongState("The post is closed: its contact has moved on.", state=row.status)
    answers = await session.scalars(select(Reply).where(Reply.post_id == row.id, Reply.accepted).with_for_update())
    for answer in answers.all():
        answer.accepted = False
        news.note(session, row, EventType.REPLY_UNACCEPTED, reply=answer.id, member=answer.member_id)
    again = row.status == "answered" and not await _open_elsewhere(session, row)
    row.status, row.closed_at = ("open", None) if again or row.status == "open" else ("closed", now)
    await entries.drop(session, workspace, AnswerKind.POST, [row.id])
    return row


async def _open_elsewhere(session: AsyncSession, row: Post) -> bool:
    """Returns whether the contact has been posted again since: of its posts one is open at most."""
    other = select(Post.id).where(Post.contact_id == row.contact_id, Post.status == "open", Post.id != row.id)
    return await session.scalar(other.limit(1)) is not None


async def locked(session: AsyncSession, workspace: str, post_id: str) -> Post:
    """Returns a post, hidden or not, for this transaction alone. Raises NotFound."""
    row = await session.scalar(select(Post).where(Post.workspace_id == workspace, Post.id == post_id).with_for_update())
    if row is None:
        raise NotFound(f"There is no post {post_id!r} in this workspace.")
    return row


async def one_reply(session: AsyncSession, workspace: str, post_id: str, reply_id: str) -> Reply:
    """Returns a reply, hidden or not. Raises NotFound."""
    mine = (Reply.workspace_id == workspace, Reply.post_id == post_id, Reply.id == reply_id)
    row = await session.scalar(select(Reply).where(*mine))
    if row is None:
        raise NotFound("There is no such reply to that post in this workspace.")
    return row


async def close_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Closes a contact's open post, if it has one: the contact moves on."""
    await session.execute(
        update(Post).where(Post.contact_id == contact, Post.status == "open").values(status="closed", closed_at=now)
    )


async def hide_post(session: AsyncSession, contact: str, now: datetime) -> None:
    """Hides a contact's question from the public for good, and closes it: no move that had hidden it shows it again."""
    mine = Post.contact_id == contact
    private = {"hidden": True, "hidden_why": HiddenWhy.PRIVATE}
    hidden = (
        await session.execute(update(Post).where(mine).values(**private).returning(Post.workspace_id, Post.id))
    ).all()
    for workspace, gone in hidden:
        await entries.drop(session, workspace, AnswerKind.POST, [gone])
    await session.execute(update(Post).where(mine, Post.status == "open").values(status="closed", closed_at=now))
    moved = update(ModalityMove).where(ModalityMove.contact_id == contact, ModalityMove.hid)
    await session.execute(moved.values(hid=False))


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
        await make_findable(session, post_of, answer)
    return len(rows)
