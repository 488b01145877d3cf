"""Forecasts are made at midnight, frozen when their day has begun, and judged when it is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.insight.intervals import QUARTER, quarter
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.workforce.forecast.forecasts import AHEAD, Forecasts
from mci_router.workforce.forecast.history import histories
from mci_router.workforce.forecast.making import ForecastMaking
from mci_router.workforce.history import store
from mci_router.workforce.history.reading import Quarter
from tests.support.documents import small
from tests.support.service import Workspace, eventually, running_service
from tests.workforce.forecast.support import came, counted_until, days_before, handled, kept

Make = Callable[..., Awaitable[Workspace]]
TODAY = date(2026, 3, 10)  # a Tuesday
MORNING = datetime(2026, 3, 10, 0, 16, tzinfo=UTC)


async def snapshot_of(workspace: Workspace, parts: Parts) -> Snapshot:
    return await parts.snapshots.get(workspace.id)


def busy(workspace: dict[str, Any]) -> dict[str, Any]:
    document = small()
    document["workspace"].update(workspace)
    return document


async def made(workspace: Workspace, parts: Parts, today: date = TODAY) -> list[dict[str, Any]]:
    now = datetime.combine(today, datetime.min.time(), UTC) + timedelta(minutes=16)
    await counted_until(workspace, now)
    await ForecastMaking(parts.database).make(await snapshot_of(workspace, parts), today, now)
    return await kept(workspace)


async def made_on(workspace: Workspace) -> date | None:
    """The day whose forecasts count as made."""
    async with workspace.ledger() as session:
        known = text("SELECT made_on FROM forecast_progress WHERE workspace_id = :w")
        found: date | None = await session.scalar(known, {"w": workspace.id})
        return found


async def test_a_configuration_that_always_changes_has_forecasts_made_now_and_then(
    workspace: Workspace, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one time after the other: what does not count as made is made again after a while."""
    snapshot, clock, made_of = await snapshot_of(workspace, parts), [1_000.0], list[int]()
    making = ForecastMaking(parts.database)

    async def at(snapshot: Snapshot, now: datetime) -> None:
        made_of.append(snapshot.revision)
        clock[0] += 5

    monkeypatch.setattr("mci_router.workforce.forecast.making.monotonic", lambda: clock[0])
    monkeypatch.setattr(making, "at", at)
    monkeypatch.setattr("mci_router.workforce.forecast.making.utc_now", lambda: MORNING)
    for revision in range(100, 160):
        await making.turn(replace(snapshot, revision=revision))
        clock[0] += 1
    assert made_of == [100, 145]


async def test_five_weeks_are_forecast(workspace: Workspace, parts: Parts) -> None:
    """Each weekday as it was before; a queue to which nothing came has no forecast, and a closed Sunday is nought."""
    await came(workspace, days_before(TODAY, 60), lambda day, slot: 0 if day.weekday() == 6 else 8 + 4 * (slot >= 48))
    await handled(workspace, datetime(2026, 3, 9, 12, tzinfo=UTC), 10, 90)
    rows = await made(workspace, parts)
    assert [row["day"] for row in rows] == [TODAY + timedelta(days=number) for number in range(AHEAD)]
    assert {(row["queue"], row["channel"]) for row in rows} == {("desk", "chat")}
    for row in rows:
        morning, noon = (0, 0) if row["day"].weekday() == 6 else (8, 12)
        assert row["expected"][20] == pytest.approx(morning)
        assert row["expected"][70] == pytest.approx(noon)
        assert len(row["expected"]) == len(row["low"]) == len(row["high"]) == len(row["aht_s"]) == 96
        assert row["aht_of"] == 10
        assert row["aht_s"] == pytest.approx([90] * 96)


async def test_a_day_that_has_begun_is_frozen(workspace: Workspace, parts: Parts) -> None:
    """Made again with another past, today's forecast stays as it was said; tomorrow's follows what is known now."""
    await came(workspace, days_before(TODAY, 40), lambda day, slot: 10)
    first = await made(workspace, parts)
    async with workspace.ledger() as session:
        await session.execute(
            text("UPDATE interval_demand SET arrivals = 20 WHERE workspace_id = :w"), {"w": workspace.id}
        )
    again = await made(workspace, parts)
    assert again[0] == first[0]
    assert first[1]["expected"][40] == pytest.approx(10)
    assert again[1]["expected"][40] == pytest.approx(20)


async def test_a_midnight_knows_the_day_before(workspace: Workspace, parts: Parts) -> None:
    """What was said of a day the day before is made again at its midnight, once, by what came meanwhile."""
    await came(workspace, days_before(TODAY, 40), lambda day, slot: 10)
    tomorrow = (await made(workspace, parts))[1]
    await came(workspace, [TODAY], lambda day, slot: 20)
    at_midnight = (await made(workspace, parts, TODAY + timedelta(days=1)))[1]
    assert tomorrow["day"] == at_midnight["day"] == TODAY + timedelta(days=1)
    assert tomorrow["expected"][40] == pytest.approx(10)
    assert at_midnight["expected"][40] > 12
    async with workspace.ledger() as session:
        await session.execute(
            text("UPDATE interval_demand SET arrivals = 5 WHERE workspace_id = :w"), {"w": workspace.id}
        )
    assert (await made(workspace, parts, TODAY + timedelta(days=1)))[1] == at_midnight


async def test_several_processes_freeze_once(workspace: Workspace, parts: Parts, settings: Settings) -> None:
    """Two services make the same day at the same time, several times over: one frozen row, and no error."""
    await came(workspace, days_before(TODAY, 30), lambda day, slot: 10)
    await counted_until(workspace, MORNING)
    snapshot = await snapshot_of(workspace, parts)
    async with running_service(settings) as (_, other):
        many = [ForecastMaking(one.database) for one in (parts, other) for _ in range(2)]
        await asyncio.gather(*(one.make(snapshot, TODAY, MORNING + timedelta(minutes=n)) for n, one in enumerate(many)))
    rows = [row for row in await kept(workspace) if row["day"] == TODAY]
    assert len(rows) == 1
    said = rows[0]
    await ForecastMaking(parts.database).make(snapshot, TODAY, MORNING + timedelta(hours=4))
    assert (await kept(workspace))[0] == said


async def test_a_day_is_judged_when_it_is_over(workspace: Workspace, parts: Parts) -> None:
    """Ten a quarter-hour were expected, twelve came: a WAPE and a bias of a sixth, and all within the band."""
    await came(workspace, days_before(TODAY, 35), lambda day, slot: 10)
    assert (await made(workspace, parts))[0]["came"] is None
    await came(workspace, [TODAY], lambda day, slot: 12)
    rows = await made(workspace, parts, TODAY + timedelta(days=1))
    of_the_day = rows[0]
    assert (of_the_day["day"], of_the_day["came"]) == (TODAY, 96 * 12)
    assert of_the_day["missed"] == pytest.approx(96 * 2)
    assert of_the_day["inside"] == sum(
        low <= 12 <= high for low, high in zip(of_the_day["low"], of_the_day["high"], strict=True)
    )


async def test_marked_days_are_neither_learnt_nor_judged(make: Make, parts: Parts) -> None:
    """A strike that the workspace has marked changes no forecast, and no forecast is judged by it."""
    strike = TODAY - timedelta(days=7)
    workspace = await make(busy({"forecast": {"exclude": [strike.isoformat(), TODAY.isoformat()]}}))
    await came(workspace, days_before(TODAY, 40), lambda day, slot: 0 if day == strike else 10)
    rows = await made(workspace, parts)
    assert rows[0]["expected"] == pytest.approx([10] * 96)
    await came(workspace, [TODAY], lambda day, slot: 99)
    assert (await made(workspace, parts, TODAY + timedelta(days=1)))[0]["came"] is None


async def test_a_day_that_is_marked_afterwards_is_judged_no_longer(workspace: Workspace, parts: Parts) -> None:
    """Nobody knows of a strike before: its forecast was scored, and leaves the accuracy once the day is marked."""
    today = utc_now().date()
    strike = today - timedelta(days=1)
    await came(workspace, days_before(strike, 35), lambda day, slot: 10)
    await made(workspace, parts, strike)
    await came(workspace, [strike], lambda day, slot: 1)
    await made(workspace, parts, today)
    forecasts = Forecasts(parts.database)
    snapshot = await snapshot_of(workspace, parts)
    assert (await forecasts.accuracy(snapshot)).overall.days == 1
    learnt = snapshot.spec.forecast.model_copy(update={"exclude": [strike]})
    marked = replace(snapshot, spec=snapshot.spec.model_copy(update={"forecast": learnt}))
    assert (await forecasts.accuracy(marked)).overall.days == 0


async def test_a_holiday_is_as_the_holidays_before(make: Make, parts: Parts) -> None:
    """With a calendar, a Wednesday that is a holiday is as the last one was, half a year before; Wednesdays are not."""
    before, coming = TODAY - timedelta(days=180), TODAY + timedelta(days=1)
    workspace = await make(
        busy(
            {
                "holiday_calendars": {"national": [before.isoformat(), coming.isoformat()]},
                "forecast": {"holiday_calendars": ["national"]},
            }
        )
    )
    await came(workspace, [before], lambda day, slot: 3)
    await came(workspace, days_before(TODAY, 60), lambda day, slot: 10)
    rows = await made(workspace, parts)
    assert rows[1]["expected"] == pytest.approx([3] * 96)
    assert rows[8]["expected"] == pytest.approx([10] * 96)


@pytest.mark.parametrize(("day", "quarters"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100)])
async def test_days_of_23_and_25_hours(make: Make, parts: Parts, day: date, quarters: int) -> None:
    """The forecast follows the clock on the wall: eight in the morning is busy on the day of the change, too."""
    workspace = await make(busy({"timezone": "Europe/Berlin"}))
    await came(workspace, days_before(day, 40), lambda day, slot: 40 if 32 <= slot < 36 else 8, zone="Europe/Berlin")
    snapshot = await snapshot_of(workspace, parts)
    await counted_until(workspace, MORNING)
    await ForecastMaking(parts.database).make(snapshot, day, MORNING)
    row = (await kept(workspace))[0]
    assert len(row["expected"]) == quarters
    busiest = max(range(quarters), key=lambda number: row["expected"][number])
    local = (row["begins_at"] + busiest * QUARTER).astimezone(snapshot.spec.zone)
    assert local.hour == 8


@pytest.mark.parametrize("own", [0, 3])
async def test_between_an_import_and_the_own_counts_nothing_is_known(
    workspace: Workspace, parts: Parts, own: int
) -> None:
    """A history that ends nine days ago is not followed by days on which nobody came: nobody counted them."""
    imported = """
        INSERT INTO imported_intervals (workspace_id, queue, channel, starts_at, arrivals, handled, handle_s)
        SELECT :w, 'desk', 'chat', at, 10, 0, 0 FROM generate_series(CAST(:since AS timestamptz), :until,
          interval '15 minutes') AS at
    """
    midnight = datetime.combine(TODAY, datetime.min.time(), UTC)
    since, until = midnight - timedelta(days=60), midnight - timedelta(days=9) - QUARTER
    async with workspace.database.transaction() as session:
        await session.execute(text(imported), {"w": workspace.id, "since": since, "until": until})
    await came(workspace, days_before(TODAY, own), lambda day, slot: 10)
    rows = await made(workspace, parts)
    assert len(rows) == AHEAD
    for row in rows:
        assert row["expected"] == pytest.approx([10] * 96)


async def test_a_turn_counts_and_makes(workspace: Workspace, parts: Parts) -> None:
    """From contacts to a forecast: what came a day ago is counted, and expected of tomorrow; another turn adds nothing."""
    for number in range(3):
        await workspace.post("a formal complaint", topic="complaint", customer={"external_id": f"kim{number}"})
    tomorrow = utc_now() + timedelta(days=1)
    snapshot, loop = await snapshot_of(workspace, parts), ForecastMaking(parts.database)
    await workspace.projected()
    for _ in range(2):
        await loop.at(snapshot, tomorrow)
    async with workspace.ledger() as session:
        found = await session.scalar(
            text("SELECT sum(arrivals) FROM interval_demand WHERE workspace_id = :w"), {"w": workspace.id}
        )
        until = await session.scalar(
            text("SELECT counted_until FROM forecast_progress WHERE workspace_id = :w"), {"w": workspace.id}
        )
    assert found == 3
    assert until == quarter(tomorrow - timedelta(seconds=60))
    rows = await Forecasts(parts.database).of(snapshot, tomorrow.date())
    assert sum(row.arrivals for row in rows) > 0


async def test_what_is_imported_while_they_are_made_is_not_lost(
    workspace: Workspace, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They count as made by what was known at the end, so that the next turn makes them again."""
    queue = small()["queues"][0]["name"]

    async def read_a_moment_too_early(*arguments: Any) -> Any:
        found = await histories(*arguments)
        async with parts.database.transaction() as session:
            await store.put(session, workspace.id, {(queue, "voice", MORNING - timedelta(days=7)): Quarter(4, 4, 60)})
        return found

    monkeypatch.setattr("mci_router.workforce.forecast.making.histories", read_a_moment_too_early)
    await came(workspace, [TODAY - timedelta(days=8)], lambda day, slot: 1)
    await counted_until(workspace, MORNING)
    await ForecastMaking(parts.database).make(await snapshot_of(workspace, parts), TODAY, MORNING)
    assert await made_on(workspace) != TODAY


async def test_where_nothing_has_come_they_cost_next_to_nothing(make: Make, parts: Parts, servers: Servers) -> None:
    """An installation may have a thousand idle workspaces of many queues: at midnight each is a few statements. What is
    imported later makes them due again.
    """
    document = small()
    document["queues"] += [{**document["queues"][0], "name": f"idle_{n}", "catch_all": False} for n in range(20)]
    workspace = await make(document)
    await counted_until(workspace, MORNING)
    ledger, statements = Database(servers.database_url, pool_size=1, timeout_s=10), list[str]()
    event.listen(ledger.engine.sync_engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    await ForecastMaking(ledger).make(await snapshot_of(workspace, parts), TODAY, MORNING)
    await ledger.close()
    assert len(statements) == 3, statements
    assert await made_on(workspace) == TODAY
    async with parts.database.transaction() as session:
        lately = {(document["queues"][0]["name"], "voice", MORNING - timedelta(days=7)): Quarter(4, 4, 60)}
        await store.put(session, workspace.id, lately)
    assert await made_on(workspace) is None
    await ForecastMaking(parts.database).make(await parts.snapshots.reload(workspace.id), TODAY, MORNING)
    assert {row["channel"] for row in await kept(workspace)} == {"voice"}


async def test_the_service_makes_them_when_it_starts(workspace: Workspace, parts: Parts, settings: Settings) -> None:
    """A service that starts in the middle of a day makes that day's forecasts, without being asked."""
    snapshot = await snapshot_of(workspace, parts)

    async with running_service(settings):
        assert await eventually(partial(made_on, workspace), 30) == utc_now().astimezone(snapshot.spec.zone).date()
