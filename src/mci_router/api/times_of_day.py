"""The report of times of day: when contacts come, by cell or topic, as the heat map of the reports page shows it."""

import csv
from io import StringIO
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, ReportFormat
from mci_router.api.reports import Since, Until, period
from mci_router.api.router import Router
from mci_router.api.schemas.times_of_day import TimesOfDayReport, TimesOfDayRow
from mci_router.insight.intervals import ReportInterval, boundaries
from mci_router.insight.times_of_day import times_of, times_of_day

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
OfDay = Literal[ReportInterval.QUARTER_HOUR, ReportInterval.HALF_HOUR, ReportInterval.HOUR]
By = Literal["cell", "topic", "channel", "language", "outcome"]
FORMATS: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


@router.get("/v1/reports/times-of-day", summary="Report contacts by time of day", responses=FORMATS)
async def get_times_of_day_report(
    caller: Reader,
    parts: Service,
    since: Since = None,
    until: Until = None,
    interval: Annotated[OfDay, Query(description="How long a column lasts.")] = ReportInterval.HOUR,
    group_by: Annotated[By, Query(description="What a row is.")] = "cell",
    limit: Annotated[int, Query(ge=1, le=200, description="Rows: those with the most contacts.")] = 50,
    written: Annotated[ReportFormat, Query(alias="format", description="`json`, or `csv`.")] = ReportFormat.JSON,
) -> TimesOfDayReport:
    """Returns the contacts that were accepted at each time of day, added up over whole days of the workspace's zone.

    As CSV it has a row for each group and time.
    """
    zone, asked = (await parts.snapshots.get(caller.workspace_id)).spec.zone, period(since, until)
    days = boundaries(ReportInterval.DAY, zone, *asked)
    bounds = (days[0], days[-1])
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await times_of_day(session, caller.workspace_id, zone, bounds, interval, group_by, limit)
    report = TimesOfDayReport(
        since=days[0],
        until=days[-1],
        timezone=zone.key,
        interval=interval,
        group_by=group_by,
        days=len(days) - 1,
        times=times_of(interval),
        rows=[TimesOfDayRow(group=value or None, contacts=counts, total=sum(counts)) for value, counts in found.rows],
        left_out_groups=found.left_out_groups,
        left_out_contacts=found.left_out_contacts,
    )
    answer: TimesOfDayReport = _answer(report, written)
    return answer


def _answer(report: TimesOfDayReport, written: ReportFormat) -> Any:
    return report if written is ReportFormat.JSON else Response(_csv(report), media_type=f"{CSV}; charset=utf-8")


def _csv(report: TimesOfDayReport) -> str:
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([report.group_by, "from", "contacts"])
    for row in report.rows:
        writer.writerows([row.group or "", at, count] for at, count in zip(report.times, row.contacts, strict=True))
    return written.getvalue()
