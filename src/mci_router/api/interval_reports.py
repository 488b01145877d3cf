"""Reports by intervals: stays in queues, arrivals, and agents."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, OVER, AskedReport, fault
from mci_router.api.router import Router
from mci_router.api.schemas.interval_reports import (
    AgentsReport,
    AgentsRow,
    ArrivalsReport,
    ArrivalsRow,
    QueuesReport,
    QueuesRow,
)
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight import arrival_facts, stay_facts
from mci_router.insight.agent_reports import agent_times, agents_of
from mci_router.insight.agent_time import AgentTime
from mci_router.insight.interval_reports import Place, Wanted, arrivals, stay_totals, stays
from mci_router.insight.levels import ServiceLevelKind, Stays

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
MOST_AGENT_INTERVALS = 50_000
OF_AGENTS = ("answered", "handled", "talk_ms", "held_ms", "wrap_up_ms", "revision")
FORMATS: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {"Link": {"$ref": "#/components/headers/Link"}},
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}


@router.get("/v1/reports/queues", summary="Report queues by intervals", responses=FORMATS)
async def get_queues_report(caller: Reader, parts: Service, asked: AskedReport) -> QueuesReport:
    """Returns stays in queues by intervals: offered, answered, left, service levels by formula, waits, handle times.

    Group by `queue`, `channel`, `topic`, `cell`, `language` and `agent` (who answered).
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, stay_facts.DIMENSIONS, "queue")
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        page = await stays(session, wanted)
    shown = [(place, counted) for place, counted in page.rows[: asked.limit] if counted.anything()]
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, _ in page.rows], more=page.more))

    def written() -> Any:
        rows = [QueuesRow(**_place(wanted, place), **_stays(wanted, place, counted)) for place, counted in shown]
        return asked.answer(QueuesReport(**head, rows=rows), rows, QueuesRow)

    answer: QueuesReport = await asyncio.to_thread(written)  # a large page takes longer than a desk may wait
    return answer


@router.get("/v1/reports/arrivals", summary="Report arrivals by intervals", responses=FORMATS)
async def get_arrivals_report(caller: Reader, parts: Service, asked: AskedReport) -> ArrivalsReport:
    """Returns how many contacts were accepted in each interval, whatever serves them.

    Group by `topic`, `channel`, `language`, `cell` and `outcome` (the one first chosen).
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, arrival_facts.DIMENSIONS, "topic")
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        page = await arrivals(session, wanted)
    rows = [
        ArrivalsRow(
            **_place(wanted, place),
            contacts=row["contacts"],
            revision=row["revision"],
            provisional=_goes_on(wanted, place, utc_now()),
        )
        for place, row in page.rows[: asked.limit]
    ]
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, _ in page.rows], more=page.more))
    answer: ArrivalsReport = asked.answer(ArrivalsReport(**head, rows=rows), rows, ArrivalsRow)
    return answer


@router.get("/v1/reports/agents", summary="Report agents by intervals", responses=FORMATS)
async def get_agents_report(caller: Reader, parts: Service, asked: AskedReport) -> AgentsReport:
    """Returns what each agent wanted and did: states cut at the intervals' bounds, contacts answered and handled."""
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, ("agent",), "agent")
    if not wanted.by:
        raise fault("group_by", "is empty, and each row of this report is an agent's: leave it out, or say agent")
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        _bounded(len(snapshot.agents) * (len(wanted.bounds) - 1))
        everything = replace(wanted, limit=2 * MOST_AGENT_INTERVALS, after=None)
        counted = dict(await stay_totals(session, everything, OF_AGENTS))
        known = {*snapshot.agents, *(place.values[0] for place in counted)} - {""}
        agents = await agents_of(session, caller.workspace_id, sorted(known), wanted.bounds)
        _bounded(len(agents) * (len(wanted.bounds) - 1))
        times = await agent_times(session, caller.workspace_id, agents, wanted.bounds, now)
    places = [Place(number, (agent,)) for number in range(len(wanted.bounds) - 1) for agent in agents]
    all_of_them = [(place, times[place.values[0]][place.interval], counted.get(place, Stays())) for place in places]
    found = [one for one in all_of_them if one[1].signed_in_s or one[1].serving_s or one[2].answered or one[2].handled]
    if after := wanted.after:
        found = [one for one in found if (one[0].interval, one[0].values) > (after.interval, after.values)]
    rows = [
        AgentsRow(**_place(wanted, place), **_agent(time, work), provisional=_goes_on(wanted, place, now))
        for place, time, work in found[: asked.limit]
    ]
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, *_ in found]))
    answer: AgentsReport = asked.answer(AgentsReport(**head, rows=rows), rows, AgentsRow)
    return answer


def _bounded(agent_intervals: int) -> None:
    if agent_intervals > MOST_AGENT_INTERVALS:
        raise InvalidRequest(
            f"The report would have {agent_intervals:,} rows of agents, {MOST_AGENT_INTERVALS:,} at most: "
            "shorten the period, or take longer intervals."
        )


def _place(wanted: Wanted, place: Place) -> dict[str, Any]:
    groups = {name: value or None for name, value in zip(wanted.by, place.values, strict=True)}
    return {"starts_at": wanted.bounds[place.interval], "ends_at": wanted.bounds[place.interval + 1], **groups}


def _goes_on(wanted: Wanted, place: Place, now: datetime) -> bool:
    return wanted.bounds[place.interval + 1] + OVER > now


def _stays(wanted: Wanted, place: Place, counted: Stays) -> Mapping[str, Any]:
    return {
        **{name: getattr(counted, name) for name in (*stay_facts.AT_ARRIVAL, "answered", "handled", "revision")},
        **_times(counted),
        "provisional": counted.open > 0 or _goes_on(wanted, place, utc_now()),
        "service_levels": {kind: counted.service_level(kind) for kind in ServiceLevelKind},
        "abandonment": counted.abandonment(),
        "asa_s": counted.asa_s(),
        "wait_s": counted.waits_s(),
        "mean_excess_s": counted.mean_excess_s(),
        "handle_time_s": counted.handle_times_s(),
        "parked_s": counted.parked_ms / 1000,
    }


def _agent(time: AgentTime, work: Stays) -> Mapping[str, Any]:
    return {
        "presence_s": {presence: round(seconds, 3) for presence, seconds in time.by_presence.items()},
        "signed_in_s": round(time.signed_in_s, 3),
        "serving_s": round(time.serving_s, 3),
        "occupancy": time.occupancy(),
        "answered": work.answered,
        "handled": work.handled,
        "revision": work.revision,
        **_times(work),
    }


def _times(counted: Stays) -> Mapping[str, Any]:
    talk, held, wrap_up = (ms / 1000 for ms in (counted.talk_ms, counted.held_ms, counted.wrap_up_ms))
    return {"aht_s": counted.aht_s(), "talk_s": talk, "held_s": held, "wrap_up_s": wrap_up}
