"""Feeds: the latest posts of the community, or of a space, as Atom."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from fastapi import Response

from mci_router.api.router import Router
from mci_router.clock import moment, utc_now
from mci_router.community import board
from mci_router.community.spaces import space_of, spaces_of, within
from mci_router.errors import NotFound
from mci_router.models import Post
from mci_router.portal.community.visits import Visit, Visited
from mci_router.portal.rendering import HEADERS, NOT_LISTED, PageRoute
from mci_router.specs.community import SpaceSpec

router = Router(include_in_schema=False, route_class=PageRoute)

ATOM = "http://www.w3.org/2005/Atom"
MOST = 30  # entries
LONGEST = 1_000  # characters of a post: all of it is on its page
UNSEEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
"""Characters that no XML may have."""


@router.get("/community/{workspace}/feed")
async def feed(visit: Visited) -> Response:
    """Serves the latest posts of all spaces."""
    return await _feed(visit, None)


@router.get("/community/{workspace}/spaces/{name}/feed")
async def feed_of_space(name: str, visit: Visited) -> Response:
    """Serves the latest posts of a space."""
    space = spaces_of(visit.snapshot).get(name)
    if space is None:
        raise NotFound("There is no such space.")
    return await _feed(visit, space)


async def _feed(visit: Visit, space: SpaceSpec | None) -> Response:
    has = within(visit.snapshot, space.name) if space else None
    async with visit.parts.database.transaction() as session:
        posts = await board.posts(session, visit.workspace, status=None, within=has, after=None, limit=MOST)
    headers = HEADERS | NOT_LISTED | {"Cache-Control": "public, max-age=300"}
    return Response(_written(visit, space, posts), headers=headers, media_type="application/atom+xml")


def _written(visit: Visit, space: SpaceSpec | None, posts: list[Post]) -> bytes:
    root, path = ET.Element("feed", xmlns=ATOM), f"spaces/{space.name}" if space else ""
    title = f"{visit.title}: {space.title}" if space else visit.title
    _add(root, "title", title)
    _add(root, "id", f"urn:mci:{visit.workspace}:{path or 'community'}")
    _add(root, "updated", moment(max((post.created_at for post in posts), default=utc_now())))
    ET.SubElement(root, "link", href=_address(visit, path))
    ET.SubElement(root, "link", rel="self", href=_address(visit, f"{path}/feed" if path else "feed"))
    author = ET.SubElement(root, "author")
    _add(author, "name", visit.title)
    _entries(visit, root, posts)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entries(visit: Visit, root: ET.Element, posts: Iterable[Post]) -> None:
    for post in posts:
        entry = ET.SubElement(root, "entry")
        _add(entry, "title", post.title)
        _add(entry, "id", f"urn:mci:{visit.workspace}:{post.id}")
        _add(entry, "published", moment(post.created_at))
        _add(entry, "updated", moment(post.closed_at or post.created_at))
        ET.SubElement(entry, "link", href=_address(visit, f"posts/{post.id}"))
        ET.SubElement(entry, "category", term=space_of(visit.snapshot, post.topic).name)
        _add(entry, "summary", post.body if len(post.body) <= LONGEST else post.body[: LONGEST - 1] + "…")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text.translate(UNSEEN)


def _address(visit: Visit, path: str) -> str:
    """Returns the address of a page as others reach it."""
    base = visit.parts.settings.public_url or str(visit.request.base_url)
    return f"{base.rstrip('/')}/community/{visit.snapshot.spec.name}/{path}"
