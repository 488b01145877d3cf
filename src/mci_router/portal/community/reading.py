"""Pages that anybody may read: the spaces, the posts of one, a post with its replies, and what a search finds."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from mci_router.api.paging import CURSOR
from mci_router.api.parts import Service
from mci_router.api.router import Router
from mci_router.community import board
from mci_router.community.spaces import indexable, space_of, spaces_of, within
from mci_router.errors import NotFound
from mci_router.portal.community.threads import shown_thread
from mci_router.portal.community.visits import Visited, only_community
from mci_router.portal.forms import Form
from mci_router.portal.rendering import PageRoute, page, style
from mci_router.storable import storable

router = Router(include_in_schema=False, route_class=PageRoute)

BOTH = ["GET", "HEAD"]
A_PAGE = 20
LATEST = 10
LONGEST_QUERY = 200  # characters


@router.api_route("/community", methods=BOTH)
@router.api_route("/community/", methods=BOTH)
async def only(request: Request, parts: Service) -> Response:
    """Leads to the community of the only workspace that has one, or of the one that the settings name."""
    root = "" if request.scope["path"].endswith("/") else "community/"
    return RedirectResponse(f"{root}{only_community(parts).spec.name}/", 307)


@router.api_route("/community/{workspace}", methods=BOTH)
async def first(visit: Visited) -> Response:
    """Leads to the first page, below which all links are."""
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return RedirectResponse(f"{visit.snapshot.spec.name}/{query}", 307)


@router.api_route("/community/{workspace}/", methods=BOTH)
async def home(visit: Visited) -> Response:
    """Serves the spaces, and the latest posts of all."""
    async with visit.parts.database.transaction() as session:
        posts = await board.posts(session, visit.workspace, status=None, after=None, limit=LATEST)
    spaces = spaces_of(visit.snapshot)
    shown = [(post, space_of(visit.snapshot, post.topic)) for post in posts]
    return page(visit, "board.html", listed=indexable(visit.snapshot), spaces=spaces.values(), posts=shown)


@router.api_route("/community/{workspace}/spaces/{name}", methods=BOTH)
async def space(name: str, visit: Visited, after: str = "") -> Response:
    """Serves the posts of a space, newest first, page by page."""
    found = spaces_of(visit.snapshot).get(name)
    if found is None:
        raise NotFound("There is no such space.")
    async with visit.parts.database.transaction() as session:
        posts = await board.posts(
            *(session, visit.workspace),
            status=None,
            within=within(visit.snapshot, name),
            after=after if CURSOR.fullmatch(after) else None,
            limit=A_PAGE + 1,
        )
    following = posts[A_PAGE - 1].id if len(posts) > A_PAGE else ""
    listed = indexable(visit.snapshot, found) and not after
    return page(visit, "space.html", listed=listed, space=found, posts=posts[:A_PAGE], following=following)


@router.api_route("/community/{workspace}/search", methods=BOTH)
async def search(visit: Visited, q: Annotated[str, Query()] = "") -> Response:
    """Serves the answered posts that a search finds. Nothing is kept of who asked."""
    query = storable(q).strip()[:LONGEST_QUERY]
    board_of = visit.parts.boards.of(visit.snapshot)
    found = await board_of.similar(visit.snapshot, query, [visit.language], A_PAGE) if query else []
    return page(visit, "community_search.html", listed=False, query=query, found=found, here="search")


@router.api_route("/community/{workspace}/posts/{post_id}", methods=BOTH)
async def thread(post_id: str, visit: Visited, new: str = "") -> Response:
    """Serves a post with its replies, and the forms of who is signed in."""
    return await shown_thread(visit, post_id, Form(), new)


@router.api_route("/community/{workspace}/files/{name}", methods=BOTH)
async def file(name: str, visit: Visited) -> Response:
    """Serves the style sheets and the icon."""
    return style(name)
