"""Members of the community: who they are, how far each is relied on, and what they follow."""

from typing import Annotated

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.posts import Writer
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.community import LevelIn, MemberIn, MemberOut, MemberPage
from mci_router.community import following, members
from mci_router.community.levels import level_of
from mci_router.intake import customer_records as records
from mci_router.intake.masking import mask
from mci_router.models import Member

router = Router(prefix="/v1", tags=["community"], responses=RESPONSES)

Moderator = Annotated[Caller, needs(Scope.COMMUNITY_MODERATE)]


@router.post("/members", summary="Make or find a member")
async def post_member(body: MemberIn, caller: Writer, parts: Service) -> MemberOut:
    """Returns the member with this id of your site, or of this customer; makes one who is new. Its name is as you say
    from now on.
    """
    async with parts.database.transaction() as session:
        if body.customer_id:
            await records.person(session, caller.workspace_id, body.customer_id)
        name = mask(body.name).text
        who = await members.member_of(
            session, caller.workspace_id, name, customer=body.customer_id, external_id=body.external_id
        )
        return await _shown(session, who)


@router.get("/members", summary="List members", responses=PAGED)
async def list_members(
    request: Request, response: Response, caller: Moderator, parts: Service, cursor: Cursor = None, limit: Limit = 50
) -> MemberPage:
    """Lists members, newest first."""
    async with parts.database.transaction() as session:
        found = await members.members(session, caller.workspace_id, after=cursor, limit=limit + 1)
        items, after = paged(request, response, found, limit)
        return MemberPage(items=[await _shown(session, item) for item in items], next_cursor=after)


@router.get("/members/{member_id}", summary="Read a member")
async def get_member(member_id: Reference, caller: Moderator, parts: Service) -> MemberOut:
    """Returns a member, its level, and what it has done."""
    async with parts.database.transaction() as session:
        return await _shown(session, await members.member(session, caller.workspace_id, member_id))


@router.put("/members/{member_id}/level", summary="Set a member's level")
async def put_member_level(member_id: Reference, body: LevelIn, caller: Moderator, parts: Service) -> MemberOut:
    """Sets a member's level by hand, such as `blocked` or `trusted`; null: it follows from what the member does."""
    async with parts.database.transaction() as session:
        who = await members.member(session, caller.workspace_id, member_id, lock=True)
        before, who.set_level = who.set_level, body.level
        facts = {"level": before}, {"level": body.level}
        await audited(session, caller, "member.level_set", member_id, before=facts[0], after=facts[1])
        return await _shown(session, who)


@router.get("/posts/{post_id}/followers", summary="List a post's followers", responses=PAGED)
async def list_followers(
    request: Request,
    response: Response,
    post_id: Reference,
    caller: Moderator,
    parts: Service,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> MemberPage:
    """Lists the members who hear of what is written to a post. The customer who asked does so anyway."""
    async with parts.database.transaction() as session:
        found = await following.followers(session, caller.workspace_id, post_id, after=cursor, limit=limit + 1)
        items, after = paged(request, response, found, limit)
        return MemberPage(items=[await _shown(session, item) for item in items], next_cursor=after)


@router.put("/posts/{post_id}/followers/{member_id}", status_code=204, summary="Follow a post")
async def put_follower(post_id: Reference, member_id: Reference, caller: Writer, parts: Service) -> None:
    """Has a member hear of what is written to a post: the event `post.news` says so."""
    async with parts.database.transaction() as session:
        await following.follow(session, await members.member(session, caller.workspace_id, member_id), post_id)


@router.delete("/posts/{post_id}/followers/{member_id}", status_code=204, summary="Follow a post no longer")
async def delete_follower(post_id: Reference, member_id: Reference, caller: Writer, parts: Service) -> None:
    """Has a member hear of the post no longer."""
    async with parts.database.transaction() as session:
        await following.unfollow(session, await members.member(session, caller.workspace_id, member_id), post_id)


async def _shown(session: AsyncSession, who: Member) -> MemberOut:
    done = await members.behaviour(session, who)
    facts = {name: getattr(who, name) for name in ("id", "name", "external_id", "customer_id", "set_level")}
    return MemberOut(
        **facts,
        level=who.set_level or level_of(done),
        replies=done.replies,
        accepted=done.accepted,
        days=done.days,
        upheld=done.upheld,
        created_at=who.created_at,
    )
