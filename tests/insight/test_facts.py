"""Facts of reports: what is counted is what happened, however often and in whatever order the ledger hears of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from mci_router.insight.daily import roll_up
from mci_router.insight.recount import Difference, differences, mend
from mci_router.insight.segments import recount as make_again
from tests.insight.stays import stay, write
from tests.support.documents import small
from tests.support.service import Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
DAY = datetime(2026, 10, 25, tzinfo=UTC)  # Berlin's clock goes back at 01:00 UTC


async def found(workspace: Workspace) -> list[Difference]:
    async with workspace.database.transaction() as session:
        return (await differences(session, workspace.id))[1]


async def rows(workspace: Workspace, report: str, **query: str) -> list[dict[str, Any]]:
    response = await workspace.api.get(f"/v1/reports/{report}", params=query)
    assert response.status_code == 200, response.text
    listed: list[dict[str, Any]] = response.json()["rows"]
    return listed


async def counted_arrivals(workspace: Workspace, contacts: int) -> bool:
    return sum(int(row["contacts"]) for row in await rows(workspace, "arrivals")) == contacts


async def test_facts_are_exact_in_any_order_and_however_often(workspace: Workspace) -> None:
    """Eight projectors at once, each with its own order and with repetitions: the sums are those of the segments."""
    contacts = [(await workspace.post(COMPLAINT))["id"] for _ in range(6)]
    told = [
        entry
        for number, contact in enumerate(contacts)
        for entry in [
            *stay(contact, "desk", DAY + timedelta(minutes=number), left_s=5 + number, left_as="overflowed"),
            *stay(
                contact,
                "voice",
                DAY + timedelta(minutes=2 + number),
                2,
                answered_s=40 * number,
                handled_s=900,
                left_s=960,
                left_as="answered",
                agent=("ann", "fred")[number % 2],
            ),
        ]
    ]

    async def projector(seed: int) -> None:
        mine = (told * 3)[seed * 5 : -seed - 1][:: 1 if seed % 2 else -1]
        await write(workspace, *(mine[start : start + 7] for start in range(0, len(mine), 7)))

    await asyncio.gather(*(projector(seed) for seed in range(8)))
    await eventually(partial(counted_arrivals, workspace, len(contacts)))
    assert await found(workspace) == []
    period = {"since": "2026-10-25T00:00:00Z", "until": "2026-10-25T01:00:00Z", "interval": "PT15M"}
    by_agent = await rows(workspace, "queues", group_by="queue,agent", **period)
    assert [
        (row["starts_at"][11:16], row["queue"], row["agent"], row["offered"], row["answered"], row["handled"])
        for row in by_agent
    ] == [
        ("00:00", "desk", None, 6, 0, 0),
        ("00:00", "voice", "ann", 3, 3, 0),
        ("00:00", "voice", "fred", 3, 3, 0),
        ("00:15", "voice", "ann", 0, 0, 3),
        ("00:15", "voice", "fred", 0, 0, 3),
    ]
    (voice,) = await rows(workspace, "queues", group_by="", **(period | {"interval": "PT1H"}))
    assert (voice["offered"], voice["overflowed"], voice["answered"], voice["in_time"]) == (12, 6, 6, 2)
    assert voice["asa_s"] == 100
    assert [abs(voice["wait_s"][name] / exact - 1) <= 0.05 for name, exact in (("p50", 80), ("p99", 200))] == [True] * 2


async def test_segments_that_are_made_again_are_counted_again(workspace: Workspace) -> None:
    """A stay of which the ledger has lost the events is gone from the facts, too; the others count as before."""
    kept, lost = [(await workspace.post(COMPLAINT))["id"] for _ in range(2)]
    await eventually(partial(counted_arrivals, workspace, 2))
    await write(workspace, *(stay(contact, "voice", DAY, left_s=9, left_as="overflowed") for contact in (kept, lost)))
    async with workspace.database.transaction() as session:
        gone = "DELETE FROM events WHERE contact_id = :contact AND data ->> 'queue' = 'voice'"
        await session.execute(text(gone), {"contact": lost})
        await make_again(session, workspace.id, [kept, lost])
    assert await found(workspace) == []
    (row,) = await rows(workspace, "queues", since="2026-10-25T00:00:00Z", until="2026-10-26T00:00:00Z")
    assert (row["queue"], row["offered"], row["overflowed"]) == ("voice", 1, 1)


async def test_what_differs_is_named_and_mended(workspace: Workspace) -> None:
    """A fact that somebody changed, one that is missing and one of nothing; days follow, and a revision says so."""
    contact = (await workspace.post(COMPLAINT))["id"]
    await write(workspace, stay(contact, "desk", DAY, left_s=30, left_as="abandoned"))
    await eventually(partial(counted_arrivals, workspace, 1))
    async with workspace.database.transaction() as session:
        for statement in (
            "UPDATE interval_stays SET offered = 7 WHERE workspace_id = :id AND grain = 'queue' AND starts_at = :day",
            "DELETE FROM interval_stays WHERE workspace_id = :id AND grain = 'all' AND starts_at = :day",
            "UPDATE interval_arrivals SET contacts = 9 WHERE workspace_id = :id",
        ):
            await session.execute(text(statement), {"id": workspace.id} | ({"day": DAY} if ":day" in statement else {}))
    wrong = sorted(map(str, await found(workspace)))
    assert len(wrong) == 3
    assert "contacts 9 instead of 1" in wrong[0]
    assert "queue desk, channel chat: offered 7 instead of 1" in wrong[2]
    async with workspace.database.transaction() as session:
        await mend(session, workspace.id)
    assert await found(workspace) == []
    (row,) = await rows(workspace, "queues", since="2026-10-25T00:00:00Z", until="2026-10-26T00:00:00Z")
    assert (row["offered"], row["abandoned_in_time"], row["provisional"], row["revision"]) == (1, 1, False, 2)


async def test_a_day_that_is_not_the_sum_of_its_quarter_hours_is_mended(workspace: Workspace) -> None:
    """One that was added up wrongly, one that is missing and one of nothing: each is named, and right afterwards."""
    days = [DAY + timedelta(days=number) for number in range(3)]
    for day in days[:2]:
        await write(
            workspace, stay((await workspace.post(COMPLAINT))["id"], "desk", day, left_s=30, left_as="abandoned")
        )
    await eventually(partial(counted_arrivals, workspace, 2))
    await roll_up(workspace.database, workspace.id, ZoneInfo("UTC"))
    async with workspace.database.transaction() as session:
        for statement in (
            "UPDATE daily_stays SET offered = 7 WHERE workspace_id = :id AND day = '2026-10-25'",
            "UPDATE daily_stays SET day = '2026-10-27' WHERE workspace_id = :id AND day = '2026-10-26'",
        ):
            await session.execute(text(statement), {"id": workspace.id})
    assert [one.key["day"] for one in await found(workspace)] == [day.date() for day in days]
    async with workspace.database.transaction() as session:
        await mend(session, workspace.id)
    period = {"since": days[0].isoformat(), "until": "2026-10-28T00:00:00+00:00", "interval": "P1D"}
    for _ in range(2):
        assert await found(workspace) == []
        counted = [(row["starts_at"][:10], row["offered"]) for row in await rows(workspace, "queues", **period)]
        assert counted == [("2026-10-25", 1), ("2026-10-26", 1)]
        await roll_up(workspace.database, workspace.id, ZoneInfo("UTC"))


async def test_days_are_those_of_the_workspace_and_follow_its_zone(make: Any) -> None:
    """A day of 25 hours is one row, whether it is added up already or not, by many processes at once, in either zone."""
    document = small()
    document["workspace"]["timezone"] = "Europe/Berlin"
    workspace = await make(document)
    contacts = [(await workspace.post(COMPLAINT))["id"] for _ in range(4)]
    hours = (-2.5, 0.5, 1.5, 22.5)  # of UTC: local 23:30 the day before, twice 02:30, and 23:30
    await write(
        workspace,
        *(
            stay(contact, "desk", DAY + timedelta(hours=hour), left_s=70, left_as="abandoned")
            for contact, hour in zip(contacts, hours, strict=True)
        ),
    )
    week = {"since": "2026-10-24T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00", "interval": "P1D"}
    expected = [("2026-10-23T22:00:00.000Z", 1), ("2026-10-24T22:00:00.000Z", 3)]

    async def days() -> list[tuple[str, int]]:
        listed = await rows(workspace, "queues", **week)
        return [(row["starts_at"], row["abandoned_late"]) for row in listed]

    assert await days() == expected
    for zone in ("Europe/Berlin", "Europe/Berlin", "UTC"):
        await asyncio.gather(*(roll_up(workspace.database, workspace.id, ZoneInfo(zone)) for _ in range(3)))
        assert await days() == expected
        assert await found(workspace) == []
