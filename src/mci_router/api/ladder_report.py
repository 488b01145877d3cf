"""The report that compares the rungs of the ladders: what each settles of a topic, in what time, at what cost."""

from datetime import timedelta

from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.reports import Reader, Since, Until, period
from mci_router.api.router import Router
from mci_router.api.schemas.ladder_report import LadderReport, RungRow, SuggestionOut
from mci_router.api.schemas.result_reports import ShareOf
from mci_router.clock import utc_now
from mci_router.insight.interval_reports import Wanted
from mci_router.insight.intervals import ReportInterval, boundaries
from mci_router.insight.rung_facts import Prices, rung_figures
from mci_router.insight.rungs import RungFigures, Suggestion, suggestions
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.vocabulary import Cell, Outcome

router = Router(tags=["reports"], responses=RESPONSES)

MOST_ROWS = 100_000  # of an outcome, a topic and a cell, and of a queue and a topic
REPEATS = timedelta(days=7)


@router.get("/v1/reports/ladder", summary="Compare the rungs of the ladders")
async def get_ladder_report(caller: Reader, parts: Service, since: Since = None, until: Until = None) -> LadderReport:
    """Returns, by topic, the share that each outcome settles, how long that takes and what it costs.

    A suggestion says where a later rung of a ladder is cheaper and settles more than an earlier one, beyond chance.
    Nothing follows it by itself: `POST /v1/decisions/replay` says what would change.
    """
    since, until = period(since, until)
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    zone, day = snapshot.spec.zone, ReportInterval.DAY
    wanted = Wanted(caller.workspace_id, boundaries(day, zone, since, until), zone, day, (), MOST_ROWS)
    prices = Prices(
        {queue.name: queue.cost_per_hour for queue in snapshot.queues.values()},
        {workflow.name: workflow.cost_per_call for workflow in snapshot.of(WorkflowSpec).values()},
    )
    known = now - REPEATS, now - timedelta(seconds=snapshot.spec.silent_after_s)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        figures, cells = await rung_figures(session, wanted, prices, *known)
    ladders = {topic: [_outcomes(snapshot, cell) for cell in sorted(taken)] for topic, taken in cells.items()}
    return LadderReport(
        since=wanted.bounds[0],
        until=wanted.bounds[-1],
        timezone=zone.key,
        currency=snapshot.spec.currency,
        rows=[_row(one) for one in figures],
        suggestions=[_suggestion(one) for one in suggestions(figures, ladders)],
    )


def _outcomes(snapshot: Snapshot, cell: Cell) -> list[Outcome]:
    return [rung.outcome for rung in snapshot.ladders[cell]]


def _row(one: RungFigures) -> RungRow:
    return RungRow(
        topic=one.topic,
        outcome=one.outcome,
        served=one.served,
        settled=ShareOf.model_validate(one.settled),
        time_s=None if one.time_s is None else round(one.time_s, 1),
        cost=_money(one.cost),
        cost_per_settled=_money(one.cost_per_settled),
    )


def _suggestion(one: Suggestion) -> SuggestionOut:
    later, earlier = (_said(figures) for figures in (one.later, one.earlier))
    return SuggestionOut(
        topic=one.topic, earlier=one.earlier.outcome, later=one.later.outcome, why=f"{later}; {earlier}"
    )


def _said(one: RungFigures) -> str:
    settled, cost = one.settled, one.cost_per_settled or 0
    return (
        f"{one.outcome} settles {settled.share or 0:.0%} ({settled.low or 0:.0%} to {settled.high or 0:.0%}) "
        f"at {cost:.2f} a settled contact"
    )


def _money(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 4)
