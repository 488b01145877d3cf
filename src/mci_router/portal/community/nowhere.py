"""What is no page of a community: a page that says so, which is looked for last."""

from fastapi import Response

from mci_router.api.router import Router
from mci_router.errors import NotFound
from mci_router.portal.community.reading import BOTH
from mci_router.portal.community.visits import Visited
from mci_router.portal.rendering import PageRoute

router = Router(include_in_schema=False, route_class=PageRoute)


@router.api_route("/community/{workspace}/{rest:path}", methods=BOTH)
async def nowhere(visit: Visited) -> Response:
    """Says that there is no such page."""
    raise NotFound("There is no such page.")
