"""What is no page of a portal: a page that says so, which is looked for last."""

from fastapi import Response

from mci_router.api.help.pages import BOTH
from mci_router.api.help.visits import Visited
from mci_router.api.public_pages.rendering import PageRoute
from mci_router.api.router import Router
from mci_router.errors import NotFound

router = Router(include_in_schema=False, route_class=PageRoute)


@router.api_route("/help/{workspace}/{rest:path}", methods=BOTH)
async def nowhere(visit: Visited) -> Response:
    """Says that there is no such page."""
    raise NotFound("There is no such page.")
