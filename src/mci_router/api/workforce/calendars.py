"""Calendars: each agent's shifts at a secret address, for any calendar that subscribes to iCalendar feeds.

The address is shown once, when it is made. It opens one agent's shifts and nothing else, until another is made.
"""

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.schedule_answers import FeedOut
from mci_router.api.survey_bounds import pay
from mci_router.errors import NotFound
from mci_router.specs.working import ActivitySpec
from mci_router.workforce.schedules import feeds
from mci_router.workforce.schedules.calendar import calendar_of

router = Router(prefix="/v1/workforce/agents", tags=["workforce"], responses=RESPONSES)
public = Router(include_in_schema=False)

Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]
HEADERS = {
    "Cache-Control": "private, max-age=300",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
CALENDAR = "text/calendar; charset=utf-8"


@router.post("/{agent}/calendar", status_code=HTTPStatus.CREATED, summary="Make an agent's calendar feed")
async def post_calendar(agent: Reference, caller: Writer, parts: Service) -> FeedOut:
    """Makes the secret address of an agent's calendar, shown this once. The one before opens nothing any longer."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        token = await feeds.renew(session, snapshot, agent)
        await audited(session, caller, "calendar.renewed", agent)
    return FeedOut(agent=agent, url=f"{parts.settings.public_url.rstrip('/')}{feeds.PATH}{token}.ics")


@router.delete("/{agent}/calendar", status_code=HTTPStatus.NO_CONTENT, summary="Close an agent's calendar feed")
async def delete_calendar(agent: Reference, caller: Writer, parts: Service) -> None:
    """Closes the feed: its address opens nothing any longer."""
    async with parts.database.transaction() as session:
        await feeds.end(session, caller.workspace_id, agent)
        await audited(session, caller, "calendar.closed", agent)


@public.api_route(f"{feeds.PATH}{{token}}.ics", methods=["GET", "HEAD"])
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
