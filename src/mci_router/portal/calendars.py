"""Calendars: each agent's shifts at a secret address, for any calendar that subscribes to iCalendar feeds."""

import hashlib
from http import HTTPStatus

from fastapi import Request, Response

from mci_router.api.parts import Service
from mci_router.api.router import Router
from mci_router.errors import NotFound
from mci_router.portal.link_bounds import pay
from mci_router.specs.working import ActivitySpec
from mci_router.workforce.schedules import feeds
from mci_router.workforce.schedules.calendar import calendar_of

router = Router(include_in_schema=False)

HEADERS = {
    "Cache-Control": "private, max-age=300",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
CALENDAR = "text/calendar; charset=utf-8"


@router.api_route(f"{feeds.PATH}{{token}}.ics", methods=["GET", "HEAD"])
async def read_calendar(token: str, request: Request, parts: Service) -> Response:
    """Serves a calendar. A token that is unknown, and one that cannot be one, are answered alike."""
    await pay(request, parts)
    if not feeds.TOKEN.fullmatch(token):
        raise NotFound("There is no such calendar.")
    feed = await feeds.found(parts.database, token)
    snapshot = await parts.snapshots.get(feed.workspace)
    agent = snapshot.agents.get(feed.agent)
    if agent is None:
        raise NotFound("There is no such calendar.")
    async with parts.database.transaction() as session:
        entries = await feeds.entries(session, snapshot, feed.agent)
    made = calendar_of(agent.title, entries, snapshot.spec.zone, snapshot.of(ActivitySpec))
    headers = HEADERS | {"ETag": f'"{hashlib.sha256(made).hexdigest()[:32]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(made, media_type=CALENDAR, headers=headers)
