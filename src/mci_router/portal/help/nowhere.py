"""What is no page of a portal: a page that says so, which is looked for last."""

from fastapi import Response

from mci_router.api.router import Router
from mci_router.errors import NotFound
from mci_router.portal.help.pages import BOTH
from mci_router.portal.help.visits import Visited
from mci_router.portal.rendering import PageRoute

router = Router(include_in_schema=False, route_class=PageRoute)


@router.api_route("/help/{workspace}/{rest:path}", methods=BOTH)
async def nowhere(visit: Visited) -> Response:
    """Says that there is no such page."""
    raise NotFound("There is no such page.")
