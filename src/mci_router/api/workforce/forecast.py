"""The forecast of a day, with how far such forecasts were true beside it."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, ReportFormat, wants_csv
from mci_router.api.router import Router
from mci_router.api.schemas.forecast import Accuracy, ForecastOut, ForecastQuarter, QueueForecast
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest, UnknownQueue
from mci_router.insight.intervals import QUARTER
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel
from mci_router.workforce.forecast import forecasts
from mci_router.workforce.forecast.accuracy import Missed
from mci_router.workforce.forecast.forecasts import AHEAD, ForecastRow

router = Router(prefix="/v1/workforce", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
TODAY = "today"
MOST_ROWS = 40_000  # of quarter-hours: some four hundred queues and channels
FORMATS: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


@dataclass(frozen=True)
class ForecastQuery:
    """The query parameters of a forecast."""

    request: Request
    day: Annotated[
        str,
        Query(
            pattern=r"^(today|\d{4}-\d{2}-\d{2})$",
            description=f"A day of the workspace's zone, {AHEAD - 1} days ahead at most, or one that is over.",
            examples=["today", "2026-12-01"],
        ),
    ] = TODAY
    queue: Annotated[
        str | None,
        Query(min_length=1, max_length=4_000, description="Names with commas between them; all queues unless given."),
    ] = None
    intraday: Annotated[
        bool, Query(description="Of today: what is not over yet is corrected by what came in the last two hours.")
    ] = False
    format: Annotated[
        ReportFormat | None, Query(description="`json` unless given, or `csv` if the request accepts only that.")
    ] = None

    def date(self, today: date) -> date:
        """Returns the day asked for. Raises InvalidRequest."""
        try:
            day = today if self.day == TODAY else date.fromisoformat(self.day)
        except ValueError as error:
            raise _fault("day", "is no day of the calendar: write it as 2026-12-01, or as `today`") from error
        if day >= today + timedelta(days=AHEAD):
            last = today + timedelta(days=AHEAD - 1)
            raise _fault("day", f"is too far ahead: there are forecasts until {last}")
        if self.intraday and day != today:
            raise _fault("intraday", "is for today only: leave it out for other days")
        return day

    def queues(self, snapshot: Snapshot) -> list[str] | None:
        """Returns the queues asked for; None for all. Raises UnknownQueue."""
        if self.queue is None:
            return None
        names = [name.strip() for name in self.queue.split(",") if name.strip()]
        if unknown := [name for name in names if name not in snapshot.queues]:
            raise UnknownQueue(f"There is no queue {unknown[0][:100]!r} in this workspace.")
        return names

    def as_csv(self) -> bool:
        """Returns whether a file is asked for."""
        return wants_csv(self.request, self.format)


@router.get("/forecast", summary="Forecast a day by quarter-hours", responses=FORMATS)
async def get_forecast(caller: Reader, parts: Service, asked: Annotated[ForecastQuery, Depends()]) -> ForecastOut:
    """Returns what is expected to come of a day, by queue, channel and quarter-hour, and how far such forecasts were
    true. They are made at midnight from the arrivals of twelve weeks; a queue has one once something has come to it.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    today = utc_now().astimezone(snapshot.spec.zone).date()
    day, queues = asked.date(today), asked.queues(snapshot)
    async with parts.heavy.taken(caller.workspace_id):
        rows = await parts.workforce.forecasts.of(snapshot, day, queues, intraday=asked.intraday)
        accuracy = await parts.workforce.forecasts.accuracy(snapshot, queues)
    if len(rows) > MOST_ROWS:
        raise _fault("queue", f"would give {len(rows):,} rows, {MOST_ROWS:,} at most: name some of the queues")

    def written() -> Any:
        shown = [_shown(row) for row in rows]
        if asked.as_csv():
            return Response(_csv(shown), media_type=f"{CSV}; charset=utf-8")
        out = ForecastOut(
            day=day,
            timezone=snapshot.spec.timezone,
            frozen=day <= today,
            intraday=asked.intraday,
            accuracy=_accuracy(accuracy.overall),
            queues=_queues(rows, accuracy),
            rows=shown,
        )
        return Response(out.model_dump_json(), media_type="application/json")

    answer: ForecastOut = await asyncio.to_thread(written)  # a large day takes longer than a desk may wait
    return answer


def _shown(row: ForecastRow) -> ForecastQuarter:
    return ForecastQuarter(
        starts_at=row.begins,
        ends_at=row.begins + QUARTER,
        queue=row.queue,
        channel=Channel(row.channel),
        arrivals=round(row.arrivals, 3),
        low=row.low,
        high=row.high,
        aht_s=round(row.aht_s, 3) if row.aht_of else None,
        actual=row.actual,
    )


def _queues(rows: Sequence[ForecastRow], accuracy: forecasts.Accuracy) -> list[QueueForecast]:
    first = {(row.queue, row.channel): row for row in reversed(rows)}
    return [
        QueueForecast(
            queue=queue,
            channel=Channel(channel),
            made_at=first[queue, channel].made_at,
            aht_of=first[queue, channel].aht_of,
            accuracy=_accuracy(accuracy.of.get((queue, channel), Missed())),
        )
        for queue, channel in sorted(first)
    ]


def _accuracy(missed: Missed) -> Accuracy:
    return Accuracy(
        wape=missed.wape(), bias=missed.bias(), inside=missed.share_inside(), n=missed.quarters, days=missed.days
    )


def _csv(rows: Sequence[ForecastQuarter]) -> str:
    written = StringIO()
    writer = csv.DictWriter(written, list(ForecastQuarter.model_fields))
    writer.writeheader()
    writer.writerows(row.model_dump(mode="json") for row in rows)
    return written.getvalue()


def _fault(name: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"query.{name}: {problem}.", errors=[{"where": f"query.{name}", "problem": problem}])
