"""Local time in SQL: the ledger's own rules of time zones, which may be older or newer than ours, move no contact."""

import asyncio
from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from mci_router.insight.agent_days import Days, agent_days
from mci_router.insight.daily import roll_up
from mci_router.insight.interval_reports import Wanted, stays
from mci_router.insight.intervals import ReportInterval, boundaries
from mci_router.insight.local_time import local_sql, offsets
from mci_router.insight.times_of_day import times_of_day
from tests.insight.stays import stay, write
from tests.support import past_contacts
from tests.support.past_contacts import Past
from tests.support.service import Workspace

ZONES = (
    "Europe/Berlin",
    "America/Havana",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Casablanca",
)
DAY = datetime(2026, 10, 25, tzinfo=UTC)
moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))  # ten years


def disputed() -> ZoneInfo:
    """A zone of which the ledger knows other rules: by ours, Abidjan has the clocks of Tokyo, nine hours ahead."""
    with files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").open("rb") as rules:
        return ZoneInfo.from_file(rules, key="Africa/Abidjan")


@given(since=moments, days=st.integers(0, 900), part=st.floats(0, 1), zone=st.sampled_from(ZONES))
def test_the_offset_in_force_is_the_zones(since: datetime, days: int, part: float, zone: str) -> None:
    """At any moment of the time that they are asked for, its beginning and its end included."""
    local, until = ZoneInfo(zone), since + timedelta(days=days, hours=5)
    known = offsets(local, since, until)
    for at in (since, since + part * (until - since), until):
        offset_s = known["offsets_s"][bisect(known["offsets_from"], at) - 1]
        assert timedelta(seconds=offset_s) == at.astimezone(local).utcoffset()


async def test_the_ledger_shows_the_same_clocks(workspace: Workspace) -> None:
    """Through the changes of a year, also by half an hour, quarter-hour by quarter-hour."""
    since, until = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    quarters = "generate_series(CAST(:since AS timestamptz), CAST(:until AS timestamptz), '15 minutes') AS at"
    read = text(f"SELECT at, {local_sql('at')} AS local FROM {quarters}")
    for zone in map(ZoneInfo, ZONES):
        known = {"since": since, "until": until, **offsets(zone, since, until)}
        async with workspace.database.transaction() as session:
            for at, local in await session.execute(read, known):
                assert local == at.astimezone(zone).replace(tzinfo=None)


async def test_a_zone_that_the_ledger_knows_otherwise_loses_no_contact(workspace: Workspace) -> None:
    """Days before and after they are added up, agents' days and times of day are all by the same clocks."""
    hours = (1, 14, 16)  # by the ledger's rules the last one would be of the first day; by ours it is of the second
    (past,) = past_contacts.days(1)
    contacts = await past_contacts.write(workspace, [Past(past, number) for number, _ in enumerate(hours)])
    times: dict[str, Any] = {"answered_s": 5, "handled_s": 60, "left_s": 60, "left_as": "answered", "agent": "ann"}
    told = zip(contacts, hours, strict=True)
    await write(workspace, *(stay(contact, "desk", DAY + timedelta(hours=hour), **times) for contact, hour in told))
    zone = disputed()
    since, until = DAY - timedelta(hours=9), DAY + timedelta(hours=39)
    bounds = boundaries(ReportInterval.DAY, zone, since, until)
    wanted = Wanted(workspace.id, bounds, zone, ReportInterval.DAY, ("queue",), 100)

    days = Days(workspace.id, zone, DAY.date(), DAY.date() + timedelta(days=2))

    async def counted() -> tuple[list[tuple[int, int]], dict[date, int]]:
        async with workspace.database.transaction() as session:
            answered = [(place.interval, found.answered) for place, found in (await stays(session, wanted)).rows]
            of_agents = await agent_days(session, days, DAY + timedelta(days=30))
        return answered, {day: tally.handled for day, tally in sorted(of_agents["ann"].items())}

    expected = [(0, 2), (1, 1)], {days.first: 2, days.end - timedelta(days=1): 1}
    assert await counted() == expected
    await asyncio.gather(*(roll_up(workspace.database, workspace.id, zone) for _ in range(2)))
    assert await counted() == expected
    row = {"w": workspace.id, "at": DAY + timedelta(hours=16)}
    async with workspace.database.transaction() as session:
        arrival = (
            "INSERT INTO interval_arrivals (workspace_id, starts_at, topic, channel, language, cell, outcome, contacts)"
        )
        await session.execute(text(f"{arrival} VALUES (:w, :at, 't', 'chat', '', '', '', 1)"), row)
        found = await times_of_day(session, workspace.id, zone, (since, until), ReportInterval.HOUR, "topic", 9)
    assert [(group, counts.index(1)) for group, counts in found.rows] == [("t", 1)]
