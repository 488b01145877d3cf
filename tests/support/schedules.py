"""Schedules as tests use them: a small team with templates and activities, a week to come, and waiting for the solver."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.documents import small
from tests.support.service import Workspace, eventually

ZONE = ZoneInfo("Europe/Berlin")
ACTIVITIES = [
    {"name": "contacts", "title": "Contacts"},
    {"name": "lunch", "title": "Lunch", "paid": False, "counts": "away"},
    {"name": "training", "title": "Training", "counts": "away"},
]
LUNCH = {"activity": "lunch", "length_min": 30, "earliest_min": 180, "latest_min": 300}
DAY_SHIFT = {
    "name": "day",
    "title": "Day shift",
    "activity": "contacts",
    "earliest_start": "08:00",
    "latest_start": "10:00",
    "step_min": 60,
    "length_min": 510,
    "breaks": [LUNCH],
}
LATE_SHIFT = {**DAY_SHIFT, "name": "late", "title": "Late shift", "earliest_start": "16:30", "latest_start": "16:30"}


def team(*names: str, work: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Returns a workspace in Berlin with these agents, who can all do the same."""
    document = small(activities=ACTIVITIES, shift_templates=[DAY_SHIFT, LATE_SHIFT])
    document["workspace"] = {**document["workspace"], "timezone": "Europe/Berlin", **changes}
    document["skills"] = [*document["skills"], {"name": "phones"}]
    document["agents"] = [
        {
            "name": name,
            "title": name.title(),
            "skills": [{"skill": "phones"}],
            "capacity": {"channels": {"chat": 2}},
            **({"work": work} if work else {}),
        }
        for name in names
    ]
    return document


def next_monday() -> date:
    """Returns the Monday after the next: nothing of that week has begun."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=14 - today.weekday())


def at(day: date, clock: str) -> str:
    """Returns a local time as RFC 3339."""
    hour, minute = map(int, clock.split(":"))
    days, hour = divmod(hour, 24)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE) + timedelta(days=days)
    return local.isoformat()


def required(days: list[date], begins: str, ends: str, agents: int, group: str = "desk") -> list[dict[str, Any]]:
    """Returns a requirement: so many agents on each of these days, from one time to another."""
    times = [{"begins": at(day, begins), "ends": at(day, ends)} for day in days]
    return [{**each, "group": group, "skills": ["phones"], "agents": agents} for each in times]


async def sent(workspace: Workspace, method: str, path: str, status: int = 200, **body: Any) -> Any:
    """Sends a request, checks its status, and returns the answer's JSON, or nothing."""
    answer = await workspace.api.request(method, f"/v1/workforce{path}", json=body or None)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def solved(workspace: Workspace, rows: list[dict[str, Any]], first: date, last: date, **more: Any) -> Any:
    """Makes a schedule. Returns it once the solver is done with it."""
    body = {"name": "A week", "begins_on": str(first), "ends_on": str(last), "requirement": rows, "seconds": 20, **more}
    made = await sent(workspace, "POST", "/schedules", 202, **body)

    async def done() -> Any:
        found = await sent(workspace, "GET", f"/schedules/{made['id']}")
        return found if found["solving"] not in ("waiting", "solving") else None

    return await eventually(done, 50)


async def shifts_of(workspace: Workspace, schedule: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the shifts of a schedule."""
    found: list[dict[str, Any]] = (await sent(workspace, "GET", f"/schedules/{schedule['id']}/shifts"))["items"]
    return found
