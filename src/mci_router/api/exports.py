"""Exports: whole reports, and records of contacts and of their stays, as one answer however long it is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.backlog import get_backlog_report, get_evenness_report
from mci_router.api.export_stream import MOST_ROWS, NDJSON, TOTAL, ExportFormat, Writing, begun, in_turn, too_many
from mci_router.api.interval_reports import get_agents_report, get_arrivals_report, get_queues_report
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, ReportQuery
from mci_router.api.report_query import MOST_ROWS as PAGE
from mci_router.api.reports import Since, Until, period
from mci_router.api.result_reports import get_fcr_report, get_resolutions_report, get_self_service_report
from mci_router.api.router import Router
from mci_router.api.schemas.backlog import BacklogRow, EvennessRow
from mci_router.api.schemas.common import Answer
from mci_router.api.schemas.exports import ContactRecord, SegmentRecord
from mci_router.api.schemas.interval_reports import AgentsRow, ArrivalsRow, IntervalReport, QueuesRow, Row
from mci_router.api.schemas.result_reports import FcrRow, ReadsRow, ResolutionsRow
from mci_router.api.schemas.survey_reports import SurveysRow
from mci_router.api.survey_reports import get_surveys_report
from mci_router.insight.intervals import ReportInterval
from mci_router.insight.records import CONTACTS, SEGMENTS, Period, Records, number_of, pages
from mci_router.values import value

router = Router(prefix="/v1/exports", tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
RecordReader = Annotated[Caller, needs(Scope.REPORTS_READ, Scope.CONTACTS_READ)]
Format = Annotated[ExportFormat, Query(alias="format", description="`csv` or `ndjson`.")]
Report = Literal["queues", "arrivals", "agents", "backlog", "evenness", "surveys", "resolutions", "fcr", "self-service"]
CONTENT = {CSV: {"schema": {"type": "string"}}, NDJSON: {"schema": {"type": "string"}}}
DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"content": CONTENT}}
COUNTED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {TOTAL: {"$ref": f"#/components/headers/{TOTAL}"}}, "content": CONTENT}
}

REPORTS: Mapping[str, tuple[Callable[..., Coroutine[Any, Any, Any]], type[Row]]] = {
    "queues": (get_queues_report, QueuesRow),
    "arrivals": (get_arrivals_report, ArrivalsRow),
    "agents": (get_agents_report, AgentsRow),
    "backlog": (get_backlog_report, BacklogRow),
    "evenness": (get_evenness_report, EvennessRow),
    "surveys": (get_surveys_report, SurveysRow),
    "resolutions": (get_resolutions_report, ResolutionsRow),
    "fcr": (get_fcr_report, FcrRow),
    "self-service": (get_self_service_report, ReadsRow),
}


@value
class Page:
    """A page of a report, as an export takes it."""

    report: IntervalReport
    rows: Sequence[Row]


@dataclass(frozen=True)
class PageQuery(ReportQuery):
    """A report's query that is answered with the page itself: an export has what the report's own route has."""

    def answer(self, report: IntervalReport, rows: Sequence[Any], kind: type[Any]) -> Any:
        """Returns the page."""
        return Page(report, rows)


@dataclass(frozen=True)
class ExportQuery:
    """The query parameters of a report's export."""

    request: Request
    since: Since = None
    until: Until = None
    interval: Annotated[ReportInterval, Query(description="How long a row lasts.")] = ReportInterval.DAY
    group_by: Annotated[str | None, Query(max_length=100, description="As of the report.")] = None

    def page(self) -> PageQuery:
        """Returns the query of the first page."""
        return PageQuery(self.request, self.since, self.until, self.interval, self.group_by, None, PAGE)


@router.get("/contacts", summary="Export contacts", responses=COUNTED, response_class=Response)
async def export_contacts(
    caller: RecordReader, parts: Service, since: Since = None, until: Until = None, written: Format = ExportFormat.CSV
) -> Response:
    """Returns the contacts accepted in a period, one a line, without what was said.

    Sensitive ones only for a key with `contacts:sensitive`.
    """
    return await _records(caller, parts, "contacts", CONTACTS, ContactRecord, period(since, until), written)


@router.get("/segments", summary="Export stays in queues", responses=COUNTED, response_class=Response)
async def export_segments(
    caller: RecordReader, parts: Service, since: Since = None, until: Until = None, written: Format = ExportFormat.CSV
) -> Response:
    """Returns the stays in queues that began in a period, one a line.

    Those of sensitive contacts only for a key with `contacts:sensitive`.
    """
    return await _records(caller, parts, "segments", SEGMENTS, SegmentRecord, period(since, until), written)


@router.get("/{report}", summary="Export a report", responses=DESCRIBED, response_class=Response)
async def export_report(
    report: Report,
    caller: Reader,
    parts: Service,
    asked: Annotated[ExportQuery, Depends()],
    written: Format = ExportFormat.CSV,
) -> Response:
    """Returns all rows of a report by intervals, whose route has the same in pages."""
    route, kind = REPORTS[report]
    writing = Writing(kind, written)
    pieces = writing.pieces(_of_report(route, caller, parts, asked.page()))
    return await begun(parts, caller, pieces, written.media_type, f"{report}.{written}")


async def _of_report(
    route: Callable[..., Coroutine[Any, Any, Any]], caller: Caller, parts: Parts, asked: PageQuery
) -> AsyncIterator[Sequence[Answer]]:
    while True:
        page: Page = await in_turn(partial(route, caller, parts, asked))
        yield page.rows
        if page.report.next_cursor is None:
            return
        head = page.report
        asked = replace(asked, since=head.since, until=head.until, cursor=head.next_cursor)


async def _records(
    caller: Caller,
    parts: Parts,
    name: str,
    records: Records,
    kind: type[Answer],
    asked: tuple[datetime, datetime],
    written: ExportFormat,
) -> Response:
    wanted = Period(caller.workspace_id, *asked, sensitive=sees_sensitive(caller))
    async with parts.heavy.taken(caller.workspace_id):
        total = await number_of(parts.database, records, wanted, MOST_ROWS)
    if total is not None and total > MOST_ROWS:
        raise too_many()
    pieces = Writing(kind, written).pieces(_of_records(caller, parts, records, kind, wanted))
    export = await begun(parts, caller, pieces, written.media_type, f"{name}.{written}")
    if total is not None:
        export.headers[TOTAL] = str(total)
    return export


async def _of_records(
    caller: Caller, parts: Parts, records: Records, kind: type[Answer], wanted: Period
) -> AsyncIterator[Sequence[Answer]]:
    found = pages(parts.database, records, wanted)

    async def following() -> Sequence[Answer] | None:
        async with parts.heavy.taken(caller.workspace_id):
            rows = await anext(found, None)
        return None if rows is None else await asyncio.to_thread(lambda: [kind.model_validate(row) for row in rows])

    while (rows := await in_turn(following)) is not None:
        yield rows
