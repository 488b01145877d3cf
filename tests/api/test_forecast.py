"""`GET /v1/workforce/forecast`: a day's forecast, with how far such forecasts were true beside it."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.insight.intervals import QUARTER, midnight, quarter
from mci_router.workforce.forecast.making import ForecastMaking
from tests.support.problems import assert_problem
from tests.support.service import Workspace
from tests.workforce.forecast.support import came, counted_until, days_before

PATH = "/v1/workforce/forecast"


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


async def forecast(workspace: Workspace, **query: str) -> dict[str, Any]:
    response = await workspace.api.get(PATH, params=query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def counted_by_us(workspace: Workspace, at: datetime | None = None) -> None:
    """Says that today's arrivals are counted up to now, and its forecasts made: the service leaves both alone, once it
    has looked at the workspace for the first time.
    """
    await counted_until(workspace, at or quarter(utc_now()), utc_now().date())


async def test_nothing_is_known_yet(workspace: Workspace) -> None:
    """A workspace without a past has no forecast and no accuracy, rather than noughts."""
    answer = await forecast(workspace)
    assert (answer["rows"], answer["queues"]) == ([], [])
    assert answer["accuracy"] == {"wape": None, "bias": None, "inside": None, "n": 0, "days": 0}


async def test_a_day_with_its_accuracy(workspace: Workspace, parts: Parts) -> None:
    """Page and file have the same rows; what is said of yesterday's forecast stands beside today's."""
    today = utc_now().date()
    await counted_by_us(workspace)
    snapshot = await parts.snapshots.get(workspace.id)
    making = ForecastMaking(parts.database)
    await came(workspace, days_before(today - timedelta(days=1), 40), lambda day, slot: 10)
    yesterday = datetime.combine(today - timedelta(days=1), datetime.min.time(), UTC)
    await making.make(snapshot, yesterday.date(), yesterday + timedelta(minutes=16))
    await came(workspace, [yesterday.date()], lambda day, slot: 8)
    await making.make(snapshot, today, utc_now())
    answer = await forecast(workspace, queue="desk")
    assert (answer["day"], answer["frozen"], answer["timezone"]) == (today.isoformat(), True, "UTC")
    assert len(answer["rows"]) == 96
    assert answer["accuracy"] == pytest.approx({"wape": 0.25, "bias": 0.25, "inside": 1, "n": 96, "days": 1})
    assert answer["queues"][0]["accuracy"] == answer["accuracy"]
    assert answer["rows"][0]["aht_s"] is None
    file = await workspace.api.get(PATH, params={"queue": "desk", "format": "csv"})
    rows = list(csv.DictReader(StringIO(file.text)))
    assert file.headers["Content-Type"].startswith("text/csv")
    assert [float(row["arrivals"]) for row in rows] == [row["arrivals"] for row in answer["rows"]]
    assert [row["starts_at"] for row in rows] == [row["starts_at"] for row in answer["rows"]]
    of_yesterday = await forecast(workspace, day=yesterday.date().isoformat())
    assert {row["actual"] for row in of_yesterday["rows"]} == {8}
    assert (await forecast(workspace, queue="voice"))["rows"] == []


async def test_the_rest_of_the_day(workspace: Workspace, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many in the last two hours: (50 + 320) ÷ (50 + 160) as many are expected of what is left, and the frozen
    forecast stays as it was.
    """
    today = utc_now().date()
    noon = midnight(today, (await parts.snapshots.get(workspace.id)).spec.zone) + timedelta(hours=12)
    await counted_by_us(workspace, noon)
    await came(workspace, days_before(today, 40), lambda day, slot: 20)
    snapshot = await parts.snapshots.get(workspace.id)
    await ForecastMaking(parts.database).make(snapshot, today, noon)
    await came(workspace, [today], lambda day, slot: 40 if slot < 48 else 0)
    async with workspace.database.transaction() as session:
        await session.execute(
            text("UPDATE forecast_progress SET counted_until = :noon WHERE workspace_id = :w"),
            {"w": workspace.id, "noon": noon},
        )
    rows = await parts.workforce.forecasts.of(snapshot, today, None, intraday=True)
    plain = await parts.workforce.forecasts.of(snapshot, today)
    by = (50 + 8 * 40) / (50 + 8 * 20)
    for row, before in zip(rows, plain, strict=True):
        over = row.begins + QUARTER <= noon
        assert before.arrivals == pytest.approx(20, abs=0.01)
        assert row.arrivals == pytest.approx(before.arrivals * (1 if over else by), rel=1e-3)
        assert row.actual == (40 if over else None)
        assert row.low <= row.arrivals <= row.high


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ({"day": "2026-02-30"}, 422, "invalid_request"),
        ({"day": "yesterday"}, 422, "invalid_request"),
        ({"day": "9999-12-31"}, 422, "invalid_request"),
        ({"day": "0001-01-01", "intraday": "true"}, 422, "invalid_request"),
        ({"queue": "nowhere"}, 422, "unknown_queue"),
        ({"queue": "desk\x00"}, 422, "invalid_request"),
    ],
)
async def test_bad_questions(workspace: Workspace, query: dict[str, str], status: int, slug: str) -> None:
    """A day that is none, or too far ahead, and a queue that is none, are said so."""
    response = await workspace.api.get(PATH, params=query)
    assert_problem(response, status, slug)


async def test_a_hundred_queues_are_answered_whole(workspace: Workspace, parts: Parts) -> None:
    """A day of 100 queues, with 28 judged days each; `benchmarks/reports` measures it."""
    today = utc_now().date()
    await counted_by_us(workspace)
    async with workspace.database.transaction() as session:
        await session.execute(
            text(
                """
                INSERT INTO forecasts (workspace_id, day, queue, channel, begins_at, made_at, expected, low, high, aht_s,
                  aht_of, came, missed, inside)
                SELECT :w, day, 'queue_' || number, 'chat', day, day, array_fill(7.5::float8, ARRAY[96]),
                  array_fill(3::float8, ARRAY[96]), array_fill(12::float8, ARRAY[96]),
                  array_fill(300::float8, ARRAY[96]), 100, 700, 90, 80
                FROM generate_series(1, 100) AS number,
                  generate_series(CAST(:first AS date), CAST(:today AS date), '1 day') AS day
                """
            ),
            {"w": workspace.id, "first": today - timedelta(days=28), "today": today},
        )
    answer = await forecast(workspace)
    assert len(answer["rows"]) == 100 * 96
    assert answer["accuracy"]["n"] == 100 * 28 * 96
