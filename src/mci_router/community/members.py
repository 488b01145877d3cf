"""Members: who writes in the community, and how far each is relied on."""

from datetime import timedelta

from sqlalchemy import Date, cast, distinct, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.community.levels import UPHELD_DAYS, Behaviour, level_of, replies_per_h
from mci_router.errors import MayNotWrite, NotFound, TooManyReplies
from mci_router.ids import new_id
from mci_router.models import Contact, Flag, Member, Post, Reply
from mci_router.vocabulary import FlagState, MemberLevel

MOST_READ = 2_000  # replies of a member by which it is judged, the latest ones
HOUR = timedelta(hours=1)


async def member_of(
    session: AsyncSession, workspace: str, name: str, *, customer: str | None = None, external_id: str | None = None
) -> Member:
    """Returns the member who is this customer of ours, or whom a site knows by this id; makes one who is new.

    It is called by the name from now on.
    """
    made = insert(Member).values(
        id=new_id("member"), workspace_id=workspace, customer_id=customer, external_id=external_id, name=name
    )
    known = ["workspace_id", "customer_id" if customer else "external_id"]
    put = made.on_conflict_do_update(index_elements=known, set_={"name": made.excluded.name}).returning(Member)
    return (await session.scalars(put, execution_options={"populate_existing": True})).one()


async def member(session: AsyncSession, workspace: str, member_id: str, *, lock: bool = False) -> Member:
    """Returns a member; with `lock`, for this transaction alone. Raises NotFound."""
    query = select(Member).where(Member.workspace_id == workspace, Member.id == member_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no member {member_id!r} in this workspace.")
    return found


async def found(session: AsyncSession, workspace: str, member_id: str) -> Member | None:
    """Returns a member; None if it is not there any more."""
    return await session.scalar(select(Member).where(Member.workspace_id == workspace, Member.id == member_id))


async def members(session: AsyncSession, workspace: str, *, after: str | None, limit: int) -> list[Member]:
    """Returns members, newest first, older than the member `after`."""
    query = select(Member).where(Member.workspace_id == workspace).order_by(Member.id.desc()).limit(limit)
    return list(await session.scalars(query.where(Member.id < after) if after else query))


async def behaviour(session: AsyncSession, who: Member) -> Behaviour:
    """Returns what a member has done."""
    mine = (Reply.workspace_id == who.workspace_id, Reply.member_id == who.id)
    latest = select(Reply).where(*mine, Reply.hidden.is_(False)).order_by(Reply.id.desc()).limit(MOST_READ).subquery()
    days = func.count(distinct(cast(latest.c.created_at, Date)))
    own = (
        select(Post.id)
        .join(Contact, Contact.id == Post.contact_id)
        .where(Post.id == latest.c.post_id, Contact.customer_id == who.customer_id)
        .exists()
    )
    accepted_by_others = func.count().filter(latest.c.accepted, ~own)
    counts = select(func.count(), accepted_by_others, days).select_from(latest)
    replies, accepted, active = (await session.execute(counts)).one()
    since = utc_now() - timedelta(days=UPHELD_DAYS)
    upheld = (
        select(func.count(distinct(Flag.reply_id)))
        .join(Reply, Reply.id == Flag.reply_id)
        .where(*mine, Flag.state == FlagState.UPHELD, Flag.decided_at > since)
    )
    return Behaviour(replies, accepted, active, await session.scalar(upheld) or 0)


async def level(session: AsyncSession, who: Member) -> MemberLevel:
    """Returns a member's level: the one that a moderator has set, else what follows from what it has done."""
    return who.set_level or level_of(await behaviour(session, who))


async def may_write(session: AsyncSession, who: Member, lowest: MemberLevel) -> MemberLevel:
    """Returns the level of a member who may write now. Raises MayNotWrite, TooManyReplies."""
    has = await level(session, who)
    if has is MemberLevel.BLOCKED or has.rank < lowest.rank:
        raise MayNotWrite(f"The member is {has}; in this space one writes who is {lowest} at least.", level=has)
    mine = (Reply.workspace_id == who.workspace_id, Reply.member_id == who.id)
    lately = select(func.count()).where(*mine, Reply.created_at > utc_now() - HOUR)
    if (await session.scalar(lately) or 0) >= replies_per_h(has):
        raise TooManyReplies(f"The member has written {replies_per_h(has)} replies within an hour.", level=has)
    return has
