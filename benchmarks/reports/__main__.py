"""What reports cost in a large workspace: `python -m benchmarks.reports [--queues 100] [--only NAME] [--json FILE]`.

Starts a PostgreSQL and a Valkey of its own and fills in what was counted of made queues, a month of quarter-hours and a
year of days, and 60,000 contacts of five weeks with their texts. Each report is asked for over the API.
"""

from argparse import Namespace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.asking import Made, printed
from benchmarks.reports import contacts, facts
from mci_router.access.keys import Scope

MONTH = "since=2026-03-01T00:00:00%2B01:00&until=2026-04-01T00:00:00%2B02:00"
YEAR = "since=2025-01-01T00:00:00%2B01:00&until=2026-01-01T00:00:00%2B01:00"
REPORTS = {
    "month, quarter-hours": f"queues?{MONTH}&interval=PT15M&group_by=&limit=3000",
    "month, quarter-hours, csv": f"queues?{MONTH}&interval=PT15M&group_by=&limit=3000&format=csv",
    "month, quarter-hours, by queue (first page)": f"queues?{MONTH}&interval=PT15M&group_by=queue",
    "month, hours, by queue (first page)": f"queues?{MONTH}&interval=PT1H&group_by=queue",
    "month, quarter-hours, by agent (first page)": f"queues?{MONTH}&interval=PT15M&group_by=queue,agent",
    "year, days": f"queues?{YEAR}&interval=P1D&group_by=",
    "year, days, by queue (first page)": f"queues?{YEAR}&interval=P1D&group_by=queue",
    "year, weeks, by queue (largest page)": f"queues?{YEAR}&interval=P1W&group_by=queue&limit=3000",
    "resolutions, month, days, by what served": f"resolutions?{MONTH}&interval=P1D&group_by=served_by,ref,version",
    "resolutions, month, quarter-hours": f"resolutions?{MONTH}&interval=PT15M&group_by=&limit=3000",
    "FCR, month, days, by queue": f"fcr?{MONTH}&interval=P1D&group_by=queue&limit=3000",
    "FCR, month, days, by queue and agent (first page)": f"fcr?{MONTH}&interval=P1D&group_by=queue,agent",
    "FCR, month, quarter-hours": f"fcr?{MONTH}&interval=PT15M&group_by=&limit=3000",
    "agents, month, days (first page)": f"agents?{MONTH}&interval=P1D",
    "ladder, month": f"ladder?{MONTH}",
}
OTHERS = {
    "scorecard, month": "scorecard?period=2026-03",
    "scorecard, month, by queue": "scorecard?period=2026-03&group_by=queue",
    "scorecard, year": "scorecard?period=2025",
    "scorecard, year, by queue": "scorecard?period=2025&group_by=queue",
    "interim service levels, month": f"service-levels/interim?{MONTH}",
    "proposed service levels, month": f"service-levels/proposal?{MONTH}",
    "trends, week against four": "trends?until=2026-04-01T12:00:00%2B02:00",
    "trends, without words": "trends?until=2026-04-01T12:00:00%2B02:00&words=false",
    "forecast of a day": "workforce/forecast?day=2026-03-31",
}


def made(options: Namespace) -> Made:
    """A workspace of so many queues and 300 agents, with an interim service level in March."""

    async def fill(session: AsyncSession, workspace: str) -> None:
        await facts.fill(session, workspace, options.queues)
        await contacts.fill(session, workspace)

    asked = {name: f"/v1/reports/{path}" for name, path in REPORTS.items()}
    asked |= {name: f"/v1/{path}" for name, path in OTHERS.items()}
    scopes = [Scope.REPORTS_READ, Scope.WORKFORCE_READ]
    return Made(_document(options.queues), scopes, fill, facts.TABLES + contacts.TABLES, asked)


def _document(queues: int) -> dict[str, object]:
    week = {day: [{"open": "08:00", "close": "18:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = {"timezone": facts.ZONE, "week": week}
    classes = [
        {"name": "P1", "priority_from": 8, "within_s": 14_400},
        {"name": "P2", "priority_from": 5, "within_s": 86_400},
        {"name": "P3", "within_s": 259_200, "hours": hours},
    ]
    first = date(2026, 3, 1)
    level = {"name": "launch", "begins_on": f"{first}", "ends_on": f"{first + timedelta(30)}", "classes": classes}
    room = {"units": 6, "channels": {"chat": 3}}
    return {
        "workspace": {"name": "large", "title": "Large", "timezone": facts.ZONE},
        "queues": [
            {"name": f"queue_{number}", "service_level": {"target_s": 120, "goal": 0.8}}
            for number in range(1, queues + 1)
        ],
        "agents": [{"name": f"agent_{number}", "title": f"Agent {number}", "capacity": room} for number in range(300)],
        "interim_service_levels": [level],
    }


if __name__ == "__main__":
    printed(__doc__ or "", made, queues=100)
