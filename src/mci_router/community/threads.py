"""Threads on the board whose conversation goes on in private for a while: left with a note, and answered afterwards."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import board
from mci_router.ids import new_id
from mci_router.models import Post, Reply


async def thread_of(session: AsyncSession, workspace: str, contact: str) -> Post | None:
    """Returns a contact's last post, hidden or not, for this transaction alone; None if it was never posted."""
    mine = Post.workspace_id == workspace, Post.contact_id == contact
    found: Post | None = await session.scalar(
        select(Post).where(*mine).order_by(Post.id.desc()).limit(1).with_for_update()
    )
    return found


async def leave_note(session: AsyncSession, post: Post, author: str, text: str) -> None:
    """Says in a thread that its customer is answered directly: once, whatever the thread's state."""
    mine = Reply.workspace_id == post.workspace_id, Reply.post_id == post.id
    said = select(Reply.id).where(*mine, Reply.author == author, Reply.body == text).limit(1)
    if await session.scalar(said) is None:
        note = Reply(id=new_id("reply"), workspace_id=post.workspace_id, post_id=post.id, author=author, body=text)
        session.add(note)
        await session.flush()


async def reopen(session: AsyncSession, post: Post, *, shown: bool) -> None:
    """Has a thread take replies again; `shown`: everybody sees it again."""
    if post.status == "closed":
        post.status, post.closed_at = "open", None
    if shown:
        post.hidden = False
    await session.flush()


async def answer(session: AsyncSession, post: Post, author: str, text: str, now: datetime, *, accept: bool) -> str:
    """Adds a reply of the house to a thread that is open, and accepts it if that is wanted; returns its id.

    Raises WrongState: another reply is accepted already.
    """
    made = await board.reply(session, post.workspace_id, post.id, author, text, hidden=False)
    if accept:
        await board.accept_reply(session, post.workspace_id, post.id, made.id, now)
    return made.id
