"""The report of surveys: figures with their intervals, who answered, and no rank where intervals overlap."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from mci_router.access.keys import Caller, Scope
from mci_router.api.interval_reports import FORMATS
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import OVER, AskedReport
from mci_router.api.router import Router
from mci_router.api.schemas.survey_reports import SurveysReport, SurveysRow
from mci_router.clock import utc_now
from mci_router.insight.interval_reports import Page, Place, Wanted
from mci_router.insight.survey_facts import DIMENSIONS
from mci_router.insight.survey_figures import Figures, Interval, Rank, ranks
from mci_router.insight.survey_reports import answered_lately, surveys
from mci_router.specs.surveys import SurveySpec
from mci_router.vocabulary import Cell, SurveyKind

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
KIND, AGENT, USUAL = "kind", "agent", "survey"


@router.get("/v1/reports/surveys", summary="Report surveys by intervals", responses=FORMATS)
async def get_surveys_report(caller: Reader, parts: Service, asked: AskedReport) -> SurveysReport:
    """Returns the surveys that were sent in each interval, and what was answered to them: mean, share of good scores or
    NPS, each with its interval, the response rate, and who answered by cell.

    Group by `survey`, `queue`, `agent`, `topic`, `channel` and `cell`; kinds are always apart, for their scales are.
    """
    snapshot, workspace = await parts.snapshots.get(caller.workspace_id), caller.workspace_id
    by = USUAL if asked.group_by is None else asked.group_by
    wanted = replace(asked, group_by=f"{by},{KIND}").wanted(workspace, snapshot.spec.zone, DIMENSIONS, USUAL)
    async with parts.heavy.taken(workspace), parts.database.transaction() as session:
        page, lately = await surveys(session, wanted), await answered_lately(session, wanted)
    longest = max((one.expires_s for one in snapshot.of(SurveySpec).values()), default=0)
    rows = _rows(wanted, page, asked.limit, lately, parts.settings.survey_measured_from, longest)
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, _ in page.rows]))
    report = SurveysReport(**head, measured_from=parts.settings.survey_measured_from, rows=rows)
    answer: SurveysReport = asked.answer(report, rows, SurveysRow)
    return answer


def _rows(
    wanted: Wanted,
    page: Page[Mapping[str, int]],
    limit: int,
    lately: Mapping[tuple[str, ...], int],
    enough: int,
    longest_s: float,
) -> list[SurveysRow]:
    shown = page.rows[:limit]
    figures = [Figures(_kind(wanted, place), _scores(row)) for place, row in shown]
    placed = _ranked(wanted, [place for place, _ in shown], figures, cut=len(page.rows) > limit)
    return [
        SurveysRow(
            **_place(wanted, place, longest_s),
            **_counts(row),
            **_shown(one, measured=lately.get(place.values, 0) >= enough, of_agent=AGENT in wanted.by),
            rank=rank.place if rank else None,
            tied=rank.tied if rank else None,
        )
        for (place, row), one, rank in zip(shown, figures, placed, strict=True)
    ]


def _kind(wanted: Wanted, place: Place) -> SurveyKind:
    return SurveyKind(place.values[wanted.by.index(KIND)])


def _scores(row: Mapping[str, int]) -> dict[int, int]:
    return {score: count for score in SurveyKind.NPS.scale if (count := row[f"score_{score}"])}


def _ranked(wanted: Wanted, places: Sequence[Place], figures: Sequence[Figures], *, cut: bool) -> list[Rank | None]:
    """Returns the ranks of agents among those of the same interval and the same other groups. Of an interval that a
    page may have a part of only, there are none.
    """
    found: list[Rank | None] = [None] * len(places)
    if AGENT not in wanted.by:
        return found
    agent, parts = wanted.by.index(AGENT), set[int]()
    parts |= {places[-1].interval} if cut and places else set()
    parts |= {wanted.after.interval} if wanted.after else set()
    among: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        if place.interval not in parts and place.values[agent]:
            among[place.interval, *place.values[:agent], *place.values[agent + 1 :]].append(number)
    for numbers in among.values():
        for number, rank in zip(numbers, ranks([figures[number].interval for number in numbers]), strict=True):
            found[number] = rank
    return found


def _place(wanted: Wanted, place: Place, longest_s: float) -> dict[str, Any]:
    ends: datetime = wanted.bounds[place.interval + 1]
    open_still = ends + timedelta(seconds=longest_s) + OVER > utc_now()
    groups = dict(zip(wanted.by, (value or None for value in place.values), strict=True))
    return {"starts_at": wanted.bounds[place.interval], "ends_at": ends, "provisional": open_still, **groups}


def _counts(row: Mapping[str, int]) -> dict[str, Any]:
    return {
        "revision": 0,
        "sent": row["sent"],
        "answered": row["answered"],
        "response_rate": row["answered"] / row["sent"] if row["sent"] else None,
        "scores": {str(score): row[f"score_{score}"] for score in SurveyKind.NPS.scale},
        "sent_by_cell": {cell: row[f"sent_{cell}"] for cell in Cell},
        "answered_by_cell": {cell: row[f"answered_{cell}"] for cell in Cell},
    }


def _shown(figures: Figures, *, measured: bool, of_agent: bool) -> dict[str, Any]:
    """Returns the figure with its interval once it is measured; of an agent the interval before that, too."""
    interval: Interval | None = figures.interval if measured or of_agent else None
    return {
        "measured": measured,
        "figure": figures.figure if measured else None,
        "mean": figures.mean if measured else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }
