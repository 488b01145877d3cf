"""Following: members hear of what is written to a post. The customer who asked hears of it without that."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import board
from mci_router.community.news import MOST_FOLLOWERS
from mci_router.errors import MayNotWrite, TooManyResources
from mci_router.models import Follower, Member
from mci_router.vocabulary import MemberLevel


async def follow(session: AsyncSession, who: Member, post_id: str) -> None:
    """Has a member hear of a post. Idempotent. Raises NotFound, TooManyResources, MayNotWrite for a blocked member."""
    await board.post(session, who.workspace_id, post_id)
    if who.set_level is MemberLevel.BLOCKED:
        raise MayNotWrite("The member is blocked, and may not follow anything.", level=who.set_level)
    if await follows(session, who, post_id):
        return
    if (await session.scalar(select(func.count()).where(Follower.post_id == post_id)) or 0) >= MOST_FOLLOWERS:
        raise TooManyResources(
            f"{MOST_FOLLOWERS:,} members follow the post: as many as may.", kind="follower", most=MOST_FOLLOWERS
        )
    row = insert(Follower).values(workspace_id=who.workspace_id, post_id=post_id, member_id=who.id)
    await session.execute(row.on_conflict_do_nothing())


async def unfollow(session: AsyncSession, who: Member, post_id: str) -> None:
    """Has a member hear of a post no longer. Idempotent."""
    mine = (Follower.workspace_id == who.workspace_id, Follower.post_id == post_id, Follower.member_id == who.id)
    await session.execute(delete(Follower).where(*mine))


async def follows(session: AsyncSession, who: Member, post_id: str) -> bool:
    """Returns whether a member follows a post."""
    mine = (Follower.workspace_id == who.workspace_id, Follower.post_id == post_id, Follower.member_id == who.id)
    return await session.scalar(select(Follower.post_id).where(*mine)) is not None


async def followers(
    session: AsyncSession, workspace: str, post_id: str, *, after: str | None, limit: int
) -> list[Member]:
    """Returns the members who follow a post, newest members first, older than the member `after`."""
    mine = (Follower.workspace_id == workspace, Follower.post_id == post_id)
    query = select(Member).join(Follower, Follower.member_id == Member.id).where(*mine)
    query = query.order_by(Member.id.desc()).limit(limit)
    return list(await session.scalars(query.where(Member.id < after) if after else query))
