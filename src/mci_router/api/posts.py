"""The community board: posts made of contacts, and their replies."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.posts import PostOut, PostPage, PostWithReplies, ReplyIn, ReplyOut
from mci_router.community import board as community
from mci_router.community.sight import Sees
from mci_router.community.spaces import space_of, spaces_of, within
from mci_router.errors import NotFound, WrongState
from mci_router.lifecycle.publicity.replies import Writer as WriterOfReply
from mci_router.models import Post
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

router = Router(prefix="/v1/posts", tags=["community"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.COMMUNITY_READ)]
Writer = Annotated[Caller, needs(Scope.COMMUNITY_WRITE)]


def sees(caller: Caller) -> Sees:
    """Returns what a caller may see beside what everybody may."""
    return Sees(private=sees_sensitive(caller), moderated=caller.may(Scope.COMMUNITY_MODERATE))


@router.get("", summary="List posts", responses=PAGED)
async def list_posts(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    status: Literal["open", "answered", "closed"] | None = None,
    space: Annotated[
        str | None, Query(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$", description="Only posts of this space.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PostPage:
    """Lists posts, newest first; hidden ones only for a moderator's key: `community:moderate`, and `contacts:sensitive`
    for what is private.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    if space and space not in spaces_of(snapshot):
        raise NotFound(f"There is no space {space!r} in this workspace.")
    async with parts.database.reading() as session:
        found = await community.posts(
            *(session, caller.workspace_id),
            sees=sees(caller),
            status=status,
            within=within(snapshot, space) if space else None,
            after=cursor,
            limit=limit + 1,
        )
    items, following = paged(request, response, found, limit)
    return PostPage(items=[shown(snapshot, item) for item in items], next_cursor=following)


@router.get("/{post_id}", summary="Read a post")
async def get_post(post_id: Reference, caller: Reader, parts: Service) -> PostWithReplies:
    """Returns a post with its replies; hidden ones only for a moderator's key: `community:moderate`, and
    `contacts:sensitive` for what is private.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.reading() as session:
        post = await community.post(session, caller.workspace_id, post_id, sees=sees(caller))
        replies = await community.replies(session, caller.workspace_id, post_id, sees=sees(caller))
    items = [ReplyOut.model_validate(reply) for reply in replies]
    return PostWithReplies(**shown(snapshot, post).model_dump(), replies=items)


@router.post("/{post_id}/replies", status_code=201, summary="Reply to a post")
async def post_reply(post_id: Reference, body: ReplyIn, caller: Writer, parts: Service) -> ReplyOut:
    """Adds a reply. A sensitive one is hidden at once, and the contact behind the post becomes private; a new member's
    with a link is held until a moderator shows it.
    """
    key = f"{caller.sender}:{body.key}" if body.key else None
    writer = WriterOfReply(body.author, body.member, caller.may(Scope.COMMUNITY_MODERATE), key)
    return ReplyOut.model_validate(await parts.replies.add(caller.workspace_id, post_id, writer, body.body))


@router.post("/{post_id}/replies/{reply_id}/accept", summary="Accept a reply")
async def accept_reply(post_id: Reference, reply_id: Reference, caller: Writer, parts: Service) -> PostOut:
    """Accepts the reply as the answer to the post, and resolves the contact behind it."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    await parts.boards.of(snapshot).accept(snapshot, post_id, reply_id)
    post = await _now(parts, caller, post_id)
    await resolved_by_reply(parts, caller.workspace_id, post.contact_id)
    return shown(snapshot, post)


@router.post("/{post_id}/unaccept", summary="Take the answer back")
async def unaccept_reply(post_id: Reference, caller: Writer, parts: Service) -> PostOut:
    """Takes the accepted answer back: the post is open again, and others may answer.

    The contact behind it stays as it is: a resolution counts until its customer comes back.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    await parts.boards.of(snapshot).unaccept(snapshot, post_id)
    return shown(snapshot, await _now(parts, caller, post_id))


async def resolved_by_reply(parts: Parts, workspace: str, contact: str) -> None:
    """Resolves the contact behind a post whose answer is accepted. Idempotent. Raises NotFound, WrongState."""
    try:
        await parts.ending.end(workspace, contact, ContactState.RESOLVED, "reply_accepted")
    except WrongState as problem:
        # The contact has ended, or an agent has completed it; the reply still answers the post.
        if problem.members.get("state") not in (ContactState.ABANDONED, ContactState.CANCELLED, ContactState.COMPLETED):
            raise


def shown(snapshot: Snapshot, post: Post) -> PostOut:
    """Returns a post as answers have it."""
    facts = {name: getattr(post, name) for name in PostOut.model_fields if name != "space"}
    return PostOut(**facts, space=space_of(snapshot, post.topic).name)


async def _now(parts: Parts, caller: Caller, post_id: str) -> Post:
    async with parts.database.reading() as session:
        return await community.post(session, caller.workspace_id, post_id, sees=Sees(private=True))
