"""Threads on the board whose conversation goes on in private for a while: left with a note, and answered afterwards."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import board, finding
from mci_router.community.sight import MODERATORS_SEE
from mci_router.ids import new_id
from mci_router.models import Post, Reply

TAKEN = "taken private"
"""The key of the note in a thread."""


async def thread_of(session: AsyncSession, workspace: str, contact: str) -> Post | None:
    """Returns a contact's last post, hidden or not, for this transaction alone; None if it was never posted."""
    mine = Post.workspace_id == workspace, Post.contact_id == contact
    found: Post | None = await session.scalar(
        select(Post).where(*mine).order_by(Post.id.desc()).limit(1).with_for_update()
    )
    return found


async def leave_note(session: AsyncSession, post: Post, author: str, text: str) -> None:
    """Says in a thread that its customer is answered directly: once, whatever the thread's state."""
    if await board.reply_by_key(session, post.workspace_id, post.id, TAKEN) is None:
        about = {"workspace_id": post.workspace_id, "post_id": post.id, "author": author, "body": text}
        session.add(Reply(id=new_id("reply"), key=TAKEN, note=True, **about))
        await session.flush()


async def reopen(session: AsyncSession, post: Post, *, shown: bool) -> None:
    """Has a thread take replies again; `shown`: everybody sees it again, and its accepted answer is found again, unless
    a moderator or flags have hidden it.
    """
    if post.status == "closed":
        post.status, post.closed_at = "open", None
    if shown and post.hidden_why not in MODERATORS_SEE:
        post.hidden, post.hidden_why = False, None
        await session.flush()
        mine = Reply.workspace_id == post.workspace_id, Reply.post_id == post.id
        if accepted := await session.scalar(select(Reply).where(*mine, Reply.accepted, Reply.hidden.is_(False))):
            await finding.make_findable(session, post, accepted)
    await session.flush()


async def answer(session: AsyncSession, post: Post, author: str, text: str, now: datetime, *, accept: bool) -> str:
    """Adds a reply of the house to a thread that is open, and accepts it if that is wanted; returns its id.

    Raises WrongState: another reply is accepted already.
    """
    made = await board.reply(session, post.workspace_id, post.id, author, text, hidden=False)
    if accept:
        await board.accept_reply(session, post.workspace_id, post.id, made.id, now)
    return made.id
