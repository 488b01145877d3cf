"""The addresses of agents' calendars, each shown once, when it is made.

It opens one agent's shifts and nothing else, until another is made.
"""

from http import HTTPStatus
from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.schedule_answers import FeedOut
from mci_router.workforce.schedules import feeds

router = Router(prefix="/v1/workforce/agents", tags=["workforce"], responses=RESPONSES)

Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]


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
