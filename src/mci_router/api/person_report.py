"""The report of wishes for a person: how many customers asked for one, and how long it took until one answered."""

from datetime import timedelta
from typing import Annotated, Any

from mci_router.access.keys import Caller, Scope
from mci_router.api.interval_reports import FORMATS
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import AskedReport
from mci_router.api.router import Router
from mci_router.api.schemas.person_report import PersonAsksReport, PersonAsksRow
from mci_router.errors import InvalidRequest
from mci_router.insight.interval_reports import Place, Wanted
from mci_router.insight.person_facts import DIMENSIONS, PersonAsks, person_asks

router = Router(tags=["reports"], responses=RESPONSES)

LONGEST = timedelta(days=366)  # quarter-hours are added up, of which each has few groups


@router.get("/v1/reports/person-asked", summary="Report wishes for a person", responses=FORMATS)
async def get_person_report(
    caller: Annotated[Caller, needs(Scope.REPORTS_READ)], parts: Service, asked: AskedReport
) -> PersonAsksReport:
    """Returns how many customers asked for a person in each interval, and how soon one answered those.

    Group by `channel` and `language`. The figures are of those who asked in the interval, whenever they were answered.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, DIMENSIONS, "channel,language")
    if wanted.bounds[-1] - wanted.bounds[0] > LONGEST + timedelta(days=7):
        raise InvalidRequest(f"The report spans {LONGEST.days} days at most: shorten the period.")
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await person_asks(session, wanted)
    rows = [_row(wanted, place, asks) for place, asks in found[: asked.limit]]
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, _ in found]))
    answer: PersonAsksReport = asked.answer(PersonAsksReport(**head, rows=rows), rows, PersonAsksRow)
    return answer


def _row(wanted: Wanted, place: Place, asks: PersonAsks) -> PersonAsksRow:
    groups: dict[str, Any] = {name: value or None for name, value in zip(wanted.by, place.values, strict=True)}
    return PersonAsksRow(
        starts_at=wanted.bounds[place.interval],
        ends_at=wanted.bounds[place.interval + 1],
        **groups,
        asked=asks.asked,
        reached=asks.reached,
        unreached=asks.unreached,
        waiting=asks.waiting,
        person_reached_s=asks.reached_s(),
        mean_s=asks.mean_s(),
    )
