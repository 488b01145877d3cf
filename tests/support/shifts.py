"""Shifts that are published, and what agents did, written into the ledger as if it had been so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert

from mci_router.clock import moment, to_ms
from mci_router.ids import new_id
from mci_router.models import AgentState, Schedule, Shift
from mci_router.vocabulary import ScheduleState, SolvingState
from tests.support.service import Workspace

ACTIVITIES: tuple[dict[str, Any], ...] = (
    {"name": "contacts", "title": "Contacts"},
    {"name": "lunch", "title": "Lunch", "counts": "away", "paid": False, "reasons": ["lunch"]},
    {"name": "meeting", "title": "Team meeting", "counts": "away", "reasons": ["meeting", "training"]},
)

_numbers = count()


async def with_activities(workspace: Workspace) -> None:
    """Gives the workspace three activities: contacts, an unpaid lunch and a paid meeting."""
    for activity in ACTIVITIES:
        name, body = activity["name"], {key: value for key, value in activity.items() if key != "name"}
        response = await workspace.api.put(f"/v1/activities/{name}", json=body)
        assert response.is_success, response.text


async def shift(
    workspace: Workspace,
    agent: str,
    begins_at: datetime,
    *pieces: tuple[str, float],
    state: ScheduleState = ScheduleState.PUBLISHED,
    cancelled: bool = False,
) -> None:
    """Plans activities one after the other, each for so many minutes."""
    at, made = begins_at, list[dict[str, str]]()
    for activity, minutes in pieces:
        ends = at + timedelta(minutes=minutes)
        made.append({"activity": activity, "begins_at": moment(at), "ends_at": moment(ends)})
        at = ends
    schedule = Schedule(
        id=new_id("schedule"),
        workspace_id=workspace.id,
        name="a day",
        begins_on=begins_at.date(),
        ends_on=begins_at.date(),
        state=state,
        solving=SolvingState.SOLVED,
        asked={},
    )
    async with workspace.database.transaction() as session:
        session.add(schedule)
        await session.flush()
        session.add(
            Shift(
                id=new_id("shift"),
                workspace_id=workspace.id,
                schedule_id=schedule.id,
                agent=agent,
                begins_at=begins_at,
                ends_at=at,
                pieces=made,
                cancelled_at=begins_at if cancelled else None,
            )
        )


async def lived(workspace: Workspace, agent: str, begins_at: datetime, said: Sequence[tuple[str, float]]) -> None:
    """Writes what an agent did: presences one after the other, each for so many minutes, `away:lunch` with a reason."""
    rows: list[dict[str, Any]] = [_row(workspace, agent, begins_at, reachable=True)]
    at = begins_at
    for word, minutes in said:
        presence, _, reason = word.partition(":")
        rows.append(_row(workspace, agent, at, presence=presence, reason=reason))
        at += timedelta(minutes=minutes)
    async with workspace.database.transaction() as session:
        await session.execute(insert(AgentState), rows)


def _row(
    workspace: Workspace,
    agent: str,
    at: datetime,
    *,
    presence: str | None = None,
    reason: str | None = None,
    reachable: bool | None = None,
) -> dict[str, Any]:
    id_ = f"{to_ms(at):015d}-{next(_numbers):010d}"
    known = {"presence": presence, "reason": reason, "reachable": reachable}
    return {"workspace_id": workspace.id, "agent": agent, "id": id_, "at": at} | known
