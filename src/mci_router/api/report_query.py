"""What the reports by intervals take, and how their rows leave: as JSON or CSV, in pages."""

import csv
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import StringIO
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response

from mci_router.api.schemas.common import Answer, Instant
from mci_router.api.schemas.interval_reports import IntervalReport
from mci_router.api.schemas.interval_reports import Row as AnyRow
from mci_router.clock import moment, utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight.interval_reports import Place, Wanted
from mci_router.insight.intervals import MOST_INTERVALS, ReportInterval, TooManyIntervals, boundaries
from mci_router.storable import storable

CSV = "text/csv"
MOST_ROWS = 3_000
OVER = timedelta(seconds=60)  # after its end, until the ledger has all that happened in an interval

Row = TypeVar("Row", bound=AnyRow)


class ReportFormat(StrEnum):
    """How a report is written."""

    JSON = "json"
    """As JSON."""
    CSV = "csv"
    """As comma-separated values (RFC 4180), with a header line."""


@dataclass(frozen=True)
class ReportQuery:
    """The query parameters of every report by intervals."""

    request: Request
    since: Annotated[Instant | None, Query(description="RFC 3339 with an offset; a day ago unless given.")] = None
    until: Annotated[Instant | None, Query(description="RFC 3339 with an offset; now unless given.")] = None
    interval: Annotated[
        ReportInterval,
        Query(description="How long a row lasts. Days and hours are the workspace's, changes of the clock included."),
    ] = ReportInterval.DAY
    group_by: Annotated[
        str | None,
        Query(max_length=100, description="Dimensions, with commas between them.", examples=["queue,channel"]),
    ] = None
    format: Annotated[
        ReportFormat | None, Query(description="`json` unless given, or `csv` if the request accepts only that.")
    ] = None
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page.")] = 1_000
    cursor: Annotated[
        str | None,
        Query(max_length=2_000, pattern=r"^[A-Za-z0-9_=-]+$", description="`next_cursor` of the page before."),
    ] = None

    def wanted(self, workspace: str, zone: ZoneInfo, dimensions: Collection[str], default: str) -> Wanted:
        """Returns what is asked for, of a report that knows these dimensions. Raises InvalidRequest."""
        by = self._by(dimensions, default)
        bounds = self._bounds(zone)
        after = self._after(bounds, len(by))
        return Wanted(workspace, bounds, zone, self.interval, by, self.limit + 1, after)

    def head(self, wanted: Wanted, next_cursor: str | None) -> dict[str, Any]:
        """Returns what a report has beside its rows."""
        return {
            "since": wanted.bounds[0],
            "until": wanted.bounds[-1],
            "interval": self.interval,
            "timezone": wanted.zone.key,
            "group_by": list(wanted.by),
            "next_cursor": next_cursor,
        }

    def cursor_of(self, wanted: Wanted, places: Sequence[Place], *, more: bool = False) -> str | None:
        """Returns the cursor behind the page of the first places; None if nothing can follow."""
        if not places or (len(places) <= self.limit and not more):
            return None
        last = places[: self.limit][-1]
        values = [moment(wanted.bounds[last.interval]), *last.values]
        return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()

    def answer(self, report: IntervalReport, rows: Sequence[Row], kind: type[Row]) -> Any:
        """Returns the report in the format asked for, with a `Link` to the next page if there is one."""
        link = {"Link": self._link(report)} if report.next_cursor else {}
        if wants_csv(self.request, self.format):
            return Response(csv_of(rows, kind), media_type=f"{CSV}; charset=utf-8", headers=link)
        return Response(report.model_dump_json(), media_type="application/json", headers=link)  # checked once

    def _link(self, report: IntervalReport) -> str:
        period = {"since": moment(report.since), "until": moment(report.until), "cursor": report.next_cursor}
        following = self.request.url.include_query_params(**period)
        return f'<{following.path}?{following.query}>; rel="next"'

    def _by(self, dimensions: Collection[str], default: str) -> tuple[str, ...]:
        named = default if self.group_by is None else self.group_by
        by = [name.strip() for name in named.split(",") if name.strip()]
        if unknown := [name for name in by if name not in dimensions]:
            problem = f"{unknown[0]!r} is not a dimension of this report: it has {', '.join(dimensions)}"
            raise fault("group_by", problem)
        return tuple(name for name in dimensions if name in by)

    def _bounds(self, zone: ZoneInfo) -> list[datetime]:
        until = self.until or utc_now()
        since = self.since or until - timedelta(days=1)
        if since >= until:
            raise InvalidRequest("`since` must be before `until`.")
        try:
            return boundaries(self.interval, zone, since, until)
        except TooManyIntervals as error:
            problem = f"the period has more than {MOST_INTERVALS:,} of these: shorten it, or take longer intervals"
            raise fault("interval", problem) from error

    def _after(self, bounds: Sequence[datetime], dimensions: int) -> Place | None:
        if not self.cursor:
            return None
        try:
            at, *values = json.loads(urlsafe_b64decode(self.cursor))
            number = bounds.index(datetime.fromisoformat(at))
        except (ValueError, TypeError) as error:
            raise fault("cursor", "is of another report or period: begin without it") from error
        if len(values) != dimensions or not all(isinstance(one, str) and storable(one) == one for one in values):
            raise fault("cursor", "is of a report with other groups: begin without it")
        return Place(number, tuple(values))


def fault(name: str, problem: str) -> InvalidRequest:
    """Returns the problem of a query parameter."""
    return InvalidRequest(f"query.{name}: {problem}.", errors=[{"where": f"query.{name}", "problem": problem}])


AskedReport = Annotated[ReportQuery, Depends()]


def wants_csv(request: Request, asked: ReportFormat | None) -> bool:
    """Returns whether an answer is to be a file: it is asked for by name, or nothing else is accepted."""
    if asked:
        return asked is ReportFormat.CSV
    accepted = request.headers.get("Accept", "")
    return CSV in accepted and "json" not in accepted


def csv_of(rows: Sequence[Answer], kind: type[Answer], *, head: bool = True) -> str:
    """Returns the rows as a file. Its columns are those of the kind, whatever the rows have, if there are any."""
    written = StringIO()
    writer = csv.DictWriter(written, _columns(kind), restval="", extrasaction="ignore")
    if head:
        writer.writeheader()
    writer.writerows(_flat(row.model_dump(mode="json")) for row in rows)
    return written.getvalue()


def _columns(kind: type[Answer]) -> list[str]:
    inside: Mapping[str, Sequence[str]] = getattr(kind, "MEMBERS", {})
    members = {name: [f"{name}_{inner}" for inner in inners] for name, inners in inside.items()}
    return [column for name in kind.model_fields for column in members.get(name, [name])]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Returns a row without objects in it: a member of one has both names."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{inner}": one for inner, one in value.items()}
        else:
            flat[name] = value
    return flat
