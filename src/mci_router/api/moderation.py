"""Moderation of the community: what is hidden, shown again and locked, and what members have flagged."""

from typing import Annotated

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.posts import Writer, shown
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.community import DecisionOnFlags, FlagIn, FlagOut, FlagPage
from mci_router.api.schemas.posts import PostOut, ReplyOut, ReplyPage
from mci_router.clock import utc_now
from mci_router.community import board, flags, members, moderation
from mci_router.intake.masking import mask
from mci_router.specs.community import CommunitySpec
from mci_router.vocabulary import FlagState, HiddenWhy

router = Router(prefix="/v1", tags=["community"], responses=RESPONSES)

Moderator = Annotated[Caller, needs(Scope.COMMUNITY_MODERATE)]


@router.post("/posts/{post_id}/hide", summary="Hide a post")
async def hide_post(post_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Hides a post from all but moderators, from searches and feeds, too. Its contact stays where it is."""
    return await _moderated(parts, caller, post_id, None, hidden=True)


@router.post("/posts/{post_id}/show", summary="Show a hidden post")
async def show_post(post_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Shows a post again that was flagged, or hidden by a moderator. What is private stays hidden."""
    return await _moderated(parts, caller, post_id, None, hidden=False)


@router.post("/posts/{post_id}/replies/{reply_id}/hide", summary="Hide a reply")
async def hide_reply(post_id: Reference, reply_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Hides a reply from all but moderators."""
    return await _moderated(parts, caller, post_id, reply_id, hidden=True)


@router.post("/posts/{post_id}/replies/{reply_id}/show", summary="Show a hidden reply")
async def show_reply(post_id: Reference, reply_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Shows a reply that was held, flagged, or hidden by a moderator. What is private stays hidden."""
    return await _moderated(parts, caller, post_id, reply_id, hidden=False)


@router.post("/posts/{post_id}/lock", summary="Lock a post")
async def lock_post(post_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Locks a post: only moderators reply to it."""
    return await _locked(parts, caller, post_id, locked=True)


@router.post("/posts/{post_id}/unlock", summary="Unlock a post")
async def unlock_post(post_id: Reference, caller: Moderator, parts: Service) -> PostOut:
    """Lets everybody reply to a post again who may write in its space."""
    return await _locked(parts, caller, post_id, locked=False)


@router.get("/hidden-replies", summary="List hidden replies", responses=PAGED)
async def list_hidden_replies(
    request: Request,
    response: Response,
    caller: Moderator,
    parts: Service,
    why: HiddenWhy | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReplyPage:
    """Lists replies that moderators see and others do not, newest first: `why=held` are those that wait to be seen.

    Private ones are not among them.
    """
    asked = None if why is HiddenWhy.PRIVATE else why
    async with parts.database.transaction() as session:
        found = await board.hidden_replies(session, caller.workspace_id, why=asked, after=cursor, limit=limit + 1)
    items, following = paged(request, response, [] if why is HiddenWhy.PRIVATE else found, limit)
    return ReplyPage(items=[ReplyOut.model_validate(item) for item in items], next_cursor=following)


@router.post("/posts/{post_id}/flags", status_code=201, summary="Flag a post or a reply")
async def post_flag(post_id: Reference, body: FlagIn, caller: Writer, parts: Service) -> FlagOut:
    """Notes that a member flags a post, or a reply to it, once. `flags_to_hide` members hide it, a trusted one alone
    does, until a moderator decides.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    to_hide = (snapshot.spec.community or CommunitySpec()).flags_to_hide
    said = flags.Complaint(post_id, body.reply, body.reason, mask(body.note).text if body.note else None)
    async with parts.database.transaction() as session:
        who = await members.member(session, caller.workspace_id, body.member, lock=True)
        return FlagOut.model_validate(await flags.flag(session, who, said, to_hide))


@router.get("/flags", summary="List flags", responses=PAGED)
async def list_flags(
    request: Request,
    response: Response,
    caller: Moderator,
    parts: Service,
    state: FlagState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> FlagPage:
    """Lists flags, newest first: `state=open` is the moderators' queue."""
    async with parts.database.transaction() as session:
        found = await flags.flags(session, caller.workspace_id, state=state, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return FlagPage(items=[FlagOut.model_validate(item) for item in items], next_cursor=following)


@router.post("/flags/{flag_id}/decide", summary="Decide about a flag")
async def decide_flag(flag_id: Reference, body: DecisionOnFlags, caller: Moderator, parts: Service) -> FlagOut:
    """Decides all open flags of the same post or reply: `upheld` hides it, `dismissed` shows it again."""
    async with parts.database.transaction() as session:
        decided, changed = await flags.decide(session, caller.workspace_id, flag_id, body.to, utc_now())
        if changed:
            await audited(session, caller, "flag.decided", flag_id, after={"state": body.to})
    return FlagOut.model_validate(decided)


async def _moderated(parts: Parts, caller: Caller, post_id: str, reply_id: str | None, *, hidden: bool) -> PostOut:
    snapshot = await parts.snapshots.get(caller.workspace_id)
    act = moderation.hide if hidden else moderation.show
    action = f"{'reply' if reply_id else 'post'}.{'hidden' if hidden else 'shown'}"
    async with parts.database.transaction() as session:
        post, changed = await act(session, caller.workspace_id, post_id, reply_id)
        if changed:
            await audited(session, caller, action, reply_id or post_id)
    return shown(snapshot, post)


async def _locked(parts: Parts, caller: Caller, post_id: str, *, locked: bool) -> PostOut:
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        post, changed = await moderation.lock(session, caller.workspace_id, post_id, locked=locked)
        if changed:
            await audited(session, caller, "post.locked" if locked else "post.unlocked", post_id)
    return shown(snapshot, post)
