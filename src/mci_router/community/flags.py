"""Flags: members say that something should not be there. Enough of them hide it, until a moderator decides."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.community import board, members, moderation, news
from mci_router.community.levels import FLAGS_PER_H, flags_count, hides_at_once
from mci_router.errors import MayNotWrite, NotFound, TooManyReplies, WrongState
from mci_router.events import EventType
from mci_router.ids import new_id
from mci_router.models import Flag, Member
from mci_router.values import value
from mci_router.vocabulary import FlagReason, FlagState, HiddenWhy, MemberLevel


@value
class Complaint:
    """What a member says of a post, or of a reply to it. The note is masked."""

    post: str
    reply: str | None
    reason: FlagReason
    note: str | None = None


async def flag(session: AsyncSession, who: Member, said: Complaint, to_hide: int) -> Flag:
    """Notes a member's flag, and hides what `to_hide` members have flagged. Idempotent: a member flags a thing once.

    Raises NotFound, MayNotWrite for a blocked member, TooManyReplies.
    """
    post = await board.locked(session, who.workspace_id, said.post)
    reply = await board.one_reply(session, who.workspace_id, said.post, said.reply) if said.reply else None
    if before := await session.scalar(_of_target(said.post, said.reply).where(Flag.member_id == who.id)):
        return before
    if post.hidden or (reply and reply.hidden):
        raise NotFound("There is no such post or reply in this workspace.")
    level = await _may_flag(session, who)
    made = Flag(
        id=new_id("flag"),
        workspace_id=who.workspace_id,
        post_id=said.post,
        reply_id=said.reply,
        member_id=who.id,
        reason=said.reason,
        note=said.note,
        counts=flags_count(level),
        state=FlagState.OPEN,
    )
    session.add(made)
    await session.flush()
    await session.refresh(made)
    news.note(session, post, EventType.POST_FLAGGED, reply=said.reply, flag=made.id, reason=said.reason)
    counted = select(func.count()).where(*_same(said.post, said.reply), Flag.state == FlagState.OPEN, Flag.counts)
    if hides_at_once(level) or (await session.scalar(counted) or 0) >= to_hide:
        await moderation.hide(session, who.workspace_id, said.post, said.reply, HiddenWhy.FLAGGED)
    return made


async def flags(
    session: AsyncSession, workspace: str, *, state: FlagState | None, after: str | None, limit: int
) -> list[Flag]:
    """Returns flags, newest first, older than the flag `after`."""
    query = select(Flag).where(Flag.workspace_id == workspace).order_by(Flag.id.desc()).limit(limit)
    if state:
        query = query.where(Flag.state == state)
    return list(await session.scalars(query.where(Flag.id < after) if after else query))


async def decide(
    session: AsyncSession, workspace: str, flag_id: str, state: FlagState, now: datetime
) -> tuple[Flag, bool]:
    """Decides all open flags of what one flags: upheld, it stays hidden or is hidden; dismissed, it is shown again.

    Idempotent. Returns the flag, and whether that changed anything. Raises NotFound, or WrongState for a flag that was
    decided otherwise.
    """
    found = await session.scalar(select(Flag).where(Flag.workspace_id == workspace, Flag.id == flag_id))
    if found is None:
        raise NotFound(f"There is no flag {flag_id!r} in this workspace.")
    post = await board.locked(session, workspace, found.post_id)
    await session.refresh(found)
    if found.state is not FlagState.OPEN:
        if found.state is not state:
            raise WrongState(f"The flag is {found.state} already.", state=found.state)
        return found, False
    for one in await session.scalars(_of_target(found.post_id, found.reply_id).where(Flag.state == FlagState.OPEN)):
        one.state, one.decided_at = state, now
    reply = await board.one_reply(session, workspace, post.id, found.reply_id) if found.reply_id else None
    if state is FlagState.UPHELD:
        await moderation.hide(session, workspace, post.id, found.reply_id, HiddenWhy.FLAGGED)
    elif (reply or post).hidden_why is HiddenWhy.FLAGGED:
        await moderation.show(session, workspace, post.id, found.reply_id)
    return found, True


async def _may_flag(session: AsyncSession, who: Member) -> MemberLevel:
    level = await members.level(session, who)
    if level is MemberLevel.BLOCKED:
        raise MayNotWrite("The member is blocked, and may not flag anything.", level=level)
    lately = select(func.count()).where(Flag.member_id == who.id, Flag.created_at > utc_now() - timedelta(hours=1))
    if (await session.scalar(lately) or 0) >= FLAGS_PER_H:
        raise TooManyReplies(f"The member has flagged {FLAGS_PER_H} things within an hour.", level=level)
    return level


def _same(post: str, reply: str | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Flag.post_id == post, Flag.reply_id.is_not_distinct_from(reply)


def _of_target(post: str, reply: str | None) -> Select[Flag]:
    return select(Flag).where(*_same(post, reply))
