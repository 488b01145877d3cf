"""Moderation: posts and replies are hidden, shown again and locked. What is private stays hidden."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import board, finding, news
from mci_router.errors import WrongState
from mci_router.events import EventType
from mci_router.models import Flag, Post, Reply
from mci_router.vocabulary import FlagState, HiddenWhy


async def hide(
    session: AsyncSession, workspace: str, post_id: str, reply_id: str | None = None, why: HiddenWhy | None = None
) -> tuple[Post, bool]:
    """Hides a post, or a reply to it, from all but moderators. Idempotent. What flags have hidden stays hidden once a
    moderator hides it, too, whatever becomes of the flags.

    Returns the post, and whether that changed anything. Raises NotFound.
    """
    row, reply, target = await _target(session, workspace, post_id, reply_id)
    why = why or HiddenWhy.MODERATED
    if target.hidden_why is HiddenWhy.FLAGGED and why is HiddenWhy.MODERATED:
        target.hidden_why = why
        return row, True
    if changed := not target.hidden:
        target.hidden, target.hidden_why = True, why
        await session.flush()
        await finding.follow(session, row)
        news.note(session, row, EventType.POST_HIDDEN, reply=reply_id, why=target.hidden_why, member=_member(reply))
    return row, changed


async def show(session: AsyncSession, workspace: str, post_id: str, reply_id: str | None = None) -> tuple[Post, bool]:
    """Shows a post, or a reply to it, to everybody, and with that dismisses its open flags. Idempotent.

    Returns the post, and whether that changed anything. Raises NotFound, or WrongState for what is private.
    """
    row, reply, target = await _target(session, workspace, post_id, reply_id)
    if target.hidden and target.hidden_why in (None, HiddenWhy.PRIVATE):
        raise WrongState("It is private: what was hidden for that is never shown.", state="private")
    dismissed = {"state": FlagState.DISMISSED, "decided_at": func.now()}
    same = Flag.post_id == post_id, Flag.reply_id.is_not_distinct_from(reply_id), Flag.state == FlagState.OPEN
    await session.execute(update(Flag).where(Flag.workspace_id == workspace, *same).values(**dismissed))
    if changed := target.hidden:
        held = target.hidden_why is HiddenWhy.HELD
        target.hidden, target.hidden_why = False, None
        await session.flush()
        await finding.follow(session, row)
        event = EventType.REPLY_CREATED if held else EventType.POST_SHOWN
        news.note(session, row, event, reply=reply_id, member=_member(reply))
    return row, changed


async def lock(session: AsyncSession, workspace: str, post_id: str, *, locked: bool) -> tuple[Post, bool]:
    """Locks a post, so that only moderators reply to it, or unlocks it. Idempotent.

    Returns the post, and whether that changed anything. Raises NotFound.
    """
    row = await board.locked(session, workspace, post_id)
    changed, row.locked = row.locked is not locked, locked
    return row, changed


async def _target(
    session: AsyncSession, workspace: str, post_id: str, reply_id: str | None
) -> tuple[Post, Reply | None, Post | Reply]:
    row = await board.locked(session, workspace, post_id)
    reply = await board.one_reply(session, workspace, post_id, reply_id) if reply_id else None
    return row, reply, reply or row


def _member(reply: Reply | None) -> str | None:
    return reply.member_id if reply else None
