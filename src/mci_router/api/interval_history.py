"""The interval history: a file as workforce suites import it."""

import asyncio
import csv
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import StringIO
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.export_stream import begun, in_turn
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, OVER, ReportQuery, fault
from mci_router.api.reports import Since, Until, period
from mci_router.api.router import Router
from mci_router.clock import utc_now
from mci_router.insight.interval_history import COLUMNS, DATE_FORMAT, USUAL, Column, Look, columns_of, filled
from mci_router.insight.interval_reports import Place, Wanted, stays
from mci_router.insight.intervals import ReportInterval
from mci_router.insight.levels import Stays
from mci_router.values import value

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
OfDay = Literal[ReportInterval.QUARTER_HOUR, ReportInterval.HALF_HOUR, ReportInterval.HOUR]
MOST_CELLS = 10_000  # intervals times queues, in memory at once
DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


@dataclass(frozen=True)
class HistoryQuery:
    """The query parameters of the interval history."""

    request: Request
    since: Since = None
    until: Until = None
    interval: Annotated[OfDay, Query(description="How long a row lasts.")] = ReportInterval.QUARTER_HOUR
    columns: Annotated[
        str,
        Query(
            max_length=1_000,
            description=f"Columns in their order, each with its heading behind a colon if it is to have another: "
            f"of {', '.join(COLUMNS)}.",
            examples=["interval:Start,queue:Skill,offered:Calls offered,answered,abandoned,aht,sl"],
        ),
    ] = USUAL
    separator: Annotated[Literal[";", ",", "|", "tab"], Query(description="Between columns.")] = ";"
    decimal: Annotated[Literal[".", ","], Query(description="The decimal sign.")] = "."
    date_format: Annotated[
        str,
        Query(
            max_length=40,
            description="How times are written, by directives of `strftime`: %Y %y %m %d %H %M %S %B %b %j %Z %z.",
            examples=["%d.%m.%Y %H:%M"],
        ),
    ] = "%Y-%m-%d %H:%M"
    timezone: Annotated[
        Literal["workspace", "utc"], Query(description="By whose clocks: an hour that comes twice is clear by `utc`.")
    ] = "workspace"
    header: Annotated[bool, Query(description="Whether the first line has the headings.")] = True

    def wanted(self, workspace: str, zone: ZoneInfo) -> Wanted:
        """Returns what is to be read, in pages. Raises InvalidRequest."""
        since, until = period(self.since, self.until)
        asked = ReportQuery(self.request, since, until, self.interval, "queue", None, 1)
        return replace(asked.wanted(workspace, zone, ("queue",), "queue"), limit=2 * MOST_CELLS)

    def mapping(self) -> list[Column]:
        """Returns the columns. Raises InvalidRequest."""
        try:
            return columns_of(self.columns)
        except ValueError as error:
            raise fault("columns", str(error)) from error

    def look(self, zone: ZoneInfo) -> Look:
        """Returns how values are written. Raises InvalidRequest."""
        if not DATE_FORMAT.fullmatch(self.date_format):
            raise fault(
                "date_format", "takes %Y %y %m %d %H %M %S %B %b %j %Z %z, and between them - . / : , T or a space"
            )
        return Look(ZoneInfo("UTC") if self.timezone == "utc" else zone, self.date_format, self.decimal)


@router.get(
    "/v1/reports/interval-history",
    summary="Export the interval history for a workforce suite",
    responses=DESCRIBED,
    response_class=Response,
)
async def get_interval_history(caller: Reader, parts: Service, asked: Annotated[HistoryQuery, Depends()]) -> Response:
    """Returns a row for each interval that is over and each queue, nought where nothing came, as one CSV file.

    Of the offered counts what became of those that came in the interval; AHT is of those that ended in it.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone)
    lines = _Lines(
        asked.mapping(), asked.look(snapshot.spec.zone), "\t" if asked.separator == "tab" else asked.separator
    )
    pieces = _pieces(parts, wanted, sorted(snapshot.queues), lines, header=asked.header)
    return await begun(parts, caller, pieces, f"{CSV}; charset=utf-8", "interval-history.csv")


@value
class _Lines:
    columns: Sequence[Column]
    look: Look
    separator: str

    def head(self) -> bytes:
        return self._written([[column.heading for column in self.columns]])

    def of(self, rows: Sequence[tuple[Place, Stays]], bounds: Sequence[datetime], queues: Sequence[str]) -> bytes:
        cells = filled(rows, bounds, queues)
        return self._written([[COLUMNS[column.name](cell, self.look) for column in self.columns] for cell in cells])

    def _written(self, rows: Sequence[Sequence[str]]) -> bytes:
        written = StringIO()
        csv.writer(written, delimiter=self.separator).writerows(rows)
        return written.getvalue().encode()


async def _pieces(
    parts: Parts, wanted: Wanted, queues: Sequence[str], lines: _Lines, *, header: bool
) -> AsyncIterator[bytes]:
    """Yields the file in pieces of whole intervals."""
    first, over = 0, sum(bound + OVER <= utc_now() for bound in wanted.bounds[1:])
    before = lines.head() if header else b""
    while first < over or before:
        some = replace(wanted, bounds=wanted.bounds[first : min(over, first + _at_once(queues)) + 1])
        rows, end = await in_turn(partial(_read, parts, some)) if first < over else ([], 0)
        yield before + await asyncio.to_thread(lines.of, rows, some.bounds[: end + 1], queues)
        first, before = first + end, b""


def _at_once(queues: Sequence[str]) -> int:
    return max(1, MOST_CELLS // max(1, len(queues)))


async def _read(parts: Parts, wanted: Wanted) -> tuple[Sequence[tuple[Place, Stays]], int]:
    """Returns stays, and how many of the intervals they are whole of."""
    async with parts.heavy.taken(wanted.workspace), parts.database.transaction() as session:
        page = await stays(session, wanted)
    whole = page.rows[-1][0].interval if page.rows and page.more else len(wanted.bounds) - 1
    return page.rows, max(1, whole)
