"""The scorecard: every target of the workspace beside its figure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, ReportFormat, csv_of, wants_csv
from mci_router.api.router import Router
from mci_router.api.schemas.scorecard import (
    AgedBacklog,
    EmailBacklog,
    MeasureOut,
    ScorecardNote,
    ScorecardReport,
    ScorecardRow,
)
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight.backlog import Aged, backlog_of
from mci_router.insight.interval_reports import Wanted
from mci_router.insight.intervals import ReportInterval, midnight
from mci_router.insight.periods import PATTERN, WORDS, NoSuchPeriod, Period, period_of
from mci_router.insight.scorecard import BEFORE, NOW, Group, Judged, bought, judge
from mci_router.insight.scorecard_facts import scorecard_facts
from mci_router.insight.scorecard_measures import DEFINITIONS, Definition, Measure, ScorecardGroup
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel

router = Router(tags=["reports"], responses=RESPONSES)

MOST_GROUPS = 1_000
MOST_ROWS = 200_000  # of an interval and two dimensions: more than facts of the groups above have
USUAL = "last_28_days"
FORMATS: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
AskedPeriod = Annotated[
    str,
    Query(
        max_length=20,
        json_schema_extra={"pattern": PATTERN},  # checked by `period_of`, which says more
        description=f"{', '.join(f'`{word}`' for word in WORDS)}, a day (`2026-10-25`), a week (`2026-W45`), a month "
        "(`2026-10`) or a year (`2026`), of the workspace's days. The last days do not have today.",
        examples=["this_week"],
    ),
]
AskedGroup = Annotated[ScorecardGroup | None, Query(description="One dimension; left out: all together.")]
AskedFormat = Annotated[
    ReportFormat | None, Query(description="`json` unless given, or `csv` if the request accepts only that.")
]


@router.get("/v1/scorecard", summary="Hold figures against targets", response_model=ScorecardReport, responses=FORMATS)
async def get_scorecard(
    request: Request,
    caller: Reader,
    parts: Service,
    period: AskedPeriod = USUAL,
    group_by: AskedGroup = None,
    format: AskedFormat = None,  # noqa: A002 — the name of the parameter
) -> Any:
    """Returns every target of the workspace beside its figure: with its interval, what it is of, what has changed since
    the period before, and what exactly is counted.

    A figure of too few is not measured yet. Targets are the workspace's `targets`, and the goals of its queues.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    asked = _period(period, now.astimezone(snapshot.spec.zone).date())
    wanted = _wanted(snapshot, asked)
    agents, targets = list(snapshot.agents), snapshot.spec.targets
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        facts = await scorecard_facts(session, wanted, group_by, agents, targets.shift_s, now)
        backlog = await backlog_of(session, caller.workspace_id, Channel.EMAIL, group_by, now)
    if len(facts.groups()) > MOST_GROUPS:
        raise InvalidRequest(f"The scorecard has at most {MOST_GROUPS:,} groups: take another `group_by`, or none.")
    goals = {queue.name: queue.service_level.goal for queue in snapshot.queues.values()}
    found = list(judge(facts, group_by, targets, goals))
    bounds = wanted.bounds
    rows = [_row(bounds[NOW:], group, one) for group, measures in found for one in measures]
    if wants_csv(request, format):
        return Response(csv_of(rows, ScorecardRow), media_type=f"{CSV}; charset=utf-8")
    return ScorecardReport(
        period=period,
        since=bounds[NOW],
        until=bounds[-1],
        goes_on=asked.goes_on,
        before_since=bounds[BEFORE],
        before_until=bounds[BEFORE + 1],
        timezone=wanted.zone.key,
        group_by=group_by,
        rows=rows,
        notes=list(_notes(found)),
        email_backlog=_backlog(now, backlog),
        measures=[MeasureOut(name=name, **_members(one)) for name, one in DEFINITIONS.items()],
    )


def _period(name: str, today: date) -> Period:
    try:
        return period_of(name, today)
    except NoSuchPeriod as error:
        problem = {"where": "query.period", "problem": str(error)}
        raise InvalidRequest(f"query.period: {name} {error}.", errors=[problem]) from error


def _wanted(snapshot: Snapshot, asked: Period) -> Wanted:
    zone = snapshot.spec.zone
    days = (asked.before_first, asked.before_end, asked.first, asked.end)
    bounds = [midnight(day, zone) for day in days]
    return Wanted(snapshot.workspace_id, bounds, zone, ReportInterval.DAY, (), MOST_ROWS)


def _row(bounds: Sequence[datetime], group: Group, one: Judged) -> ScorecardRow:
    estimate, target, change = one.measured, one.target, one.change
    return ScorecardRow(
        starts_at=bounds[0],
        ends_at=bounds[-1],
        group=group,
        measure=one.measure,
        figure=estimate.figure if estimate else None,
        low=estimate.low if estimate else None,
        high=estimate.high if estimate else None,
        n=one.counted.estimate.n if one.counted.estimate else 0,
        needed=one.needed,
        measured=estimate is not None,
        pending=one.counted.pending,
        target_least=target.least,
        target_most=target.most,
        target_below=target.below,
        met=one.met,
        certain=one.certain,
        missed=None if one.missed is None else ",".join(one.missed),
        before=one.before.figure if one.before else None,
        change=change.change if change else None,
        change_low=change.low if change else None,
        change_high=change.high if change else None,
        beyond_chance=change.beyond_chance if change else None,
    )


def _notes(found: Iterable[tuple[Group, Sequence[Judged]]]) -> Iterator[ScorecardNote]:
    for group, measures in found:
        of = {one.measure: one for one in measures}
        if said := bought(of.get(Measure.AHT), of.get(Measure.CSAT)):
            yield ScorecardNote(group=group, measures=[Measure.AHT, Measure.CSAT], text=said)


def _backlog(now: datetime, waiting: Sequence[Aged]) -> EmailBacklog:
    rows = [AgedBacklog(group=one.value, waiting=one.waiting, late=one.late, by_age=one.ages) for one in waiting]
    return EmailBacklog(at=now, rows=rows)


def _members(one: Definition) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("title", "unit", "counts", "basis", "n", "report")} | {
        "groups": sorted(one.groups)
    }
