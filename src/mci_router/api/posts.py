"""The community board: posts made of contacts, and their replies."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.posts import PostOut, PostPage, PostWithReplies, ReplyIn, ReplyOut
from mci_router.clock import utc_now
from mci_router.community import board as community
from mci_router.errors import WrongState
from mci_router.vocabulary import ContactState

router = APIRouter(prefix="/v1/posts", tags=["community"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.COMMUNITY_READ)]
Writer = Annotated[Caller, needs(Scope.COMMUNITY_WRITE)]


@router.get("", summary="List posts", responses=PAGED)
async def list_posts(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    status: Literal["open", "answered", "closed"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PostPage:
    """Lists posts, newest first; hidden ones only for a key with `contacts:sensitive`."""
    async with parts.database.transaction() as session:
        found = await community.posts(
            session, caller.workspace_id, hidden=sees_sensitive(caller), status=status, after=cursor, limit=limit + 1
        )
    items, following = paged(request, response, found, limit)
    return PostPage(items=[PostOut.model_validate(item) for item in items], next_cursor=following)


@router.get("/{post_id}", summary="Read a post")
async def get_post(post_id: Reference, caller: Reader, parts: Service) -> PostWithReplies:
    """Returns a post with its replies; hidden ones only for a key with `contacts:sensitive`."""
    async with parts.database.transaction() as session:
        post = await community.post(session, caller.workspace_id, post_id, hidden=sees_sensitive(caller))
        replies = await community.replies(session, caller.workspace_id, post_id, hidden=sees_sensitive(caller))
    return PostWithReplies.model_validate({**PostOut.model_validate(post).model_dump(), "replies": replies})


@router.post("/{post_id}/replies", status_code=201, summary="Reply to a post")
async def post_reply(post_id: Reference, body: ReplyIn, caller: Writer, parts: Service) -> ReplyOut:
    """Adds a reply. A sensitive one is hidden at once, and the contact behind the post becomes private."""
    return ReplyOut.model_validate(await parts.replies.add(caller.workspace_id, post_id, body.author, body.body))


@router.post("/{post_id}/replies/{reply_id}/accept", summary="Accept a reply")
async def accept_reply(post_id: Reference, reply_id: Reference, caller: Writer, parts: Service) -> PostOut:
    """Accepts the reply as the answer to the post, and resolves the contact behind it."""
    async with parts.database.transaction() as session:
        post = await community.accept_reply(session, caller.workspace_id, post_id, reply_id, utc_now())
    try:
        await parts.ending.end(caller.workspace_id, post.contact_id, ContactState.RESOLVED, "reply_accepted")
    except WrongState as problem:
        # The contact has ended, or an agent has completed it; the reply still answers the post.
        if problem.members.get("state") not in (ContactState.ABANDONED, ContactState.CANCELLED, ContactState.COMPLETED):
            raise
    return PostOut.model_validate(post)
