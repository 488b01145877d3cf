"""Reports of the backlog, and of how evenly work is spread."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from mci_router.api.interval_reports import FORMATS, Reader
from mci_router.api.parts import Parts, Service
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import OVER, AskedReport
from mci_router.api.router import Router
from mci_router.api.schemas.backlog import BacklogReport, BacklogRow, EvennessReport, EvennessRow, LiveBacklog
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight.backlog import backlog_at, backlog_now, lately
from mci_router.insight.evenness import Evenness
from mci_router.insight.interval_reports import Place, Wanted, stay_totals
from mci_router.routing.policy.hours import of_today_since, open_s
from mci_router.supervision.abilities import able_agents

router = Router(tags=["reports"], responses=RESPONSES)

MOST_BOUNDS = 400  # each is compared with each stay
MOST_ROWS = 50_000


@router.get("/v1/reports/backlog", summary="Report the backlog by intervals", responses=FORMATS)
async def get_backlog_report(caller: Reader, parts: Service, asked: AskedReport) -> BacklogReport:
    """Returns how many waited in each queue at the end of each interval, and how many were carried over from the one
    before. How it is now, by age, is in the live stream.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, ("queue",), "queue")
    if len(wanted.bounds) > MOST_BOUNDS:
        raise InvalidRequest(f"The report has at most {MOST_BOUNDS} intervals: take longer ones, or a shorter period.")
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await backlog_at(session, caller.workspace_id, [min(bound, now) for bound in wanted.bounds])
    if not wanted.by:
        found = _together(found)
    rows = [
        BacklogRow(
            starts_at=wanted.bounds[number],
            ends_at=wanted.bounds[number + 1],
            queue=queue or None,
            carried_over=found.get((number, queue), (0, 0))[0],
            waiting=found.get((number + 1, queue), (0, 0))[0],
            over_1_day=found.get((number + 1, queue), (0, 0))[1],
            provisional=wanted.bounds[number + 1] + OVER > now,
            revision=0,
        )
        for number, queue in _pages(wanted, sorted({queue for _, queue in found}), now)
    ]
    places = [Place(wanted.bounds.index(row.starts_at), (row.queue or "",)[: len(wanted.by)]) for row in rows]
    head = asked.head(wanted, asked.cursor_of(wanted, places))
    shown = rows[: asked.limit]
    answer: BacklogReport = asked.answer(BacklogReport(**head, rows=shown), shown, BacklogRow)
    return answer


def _together(found: dict[tuple[int, str], tuple[int, int]]) -> dict[tuple[int, str], tuple[int, int]]:
    summed: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (number, _), (waiting, old) in found.items():
        before = summed[number, ""]
        summed[number, ""] = (before[0] + waiting, before[1] + old)
    return dict(summed)


def _pages(wanted: Wanted, queues: list[str], now: datetime) -> list[tuple[int, str]]:
    """Returns the numbers and queues of the rows behind the cursor that have begun."""
    begun = [number for number in range(len(wanted.bounds) - 1) if wanted.bounds[number] <= now]
    rows = [(number, queue) for number in begun for queue in queues]
    after = wanted.after and (wanted.after.interval, *wanted.after.values)
    return [row for row in rows if not after or row[: len(after)] > after]


@router.get("/v1/reports/evenness", summary="Report how evenly work is spread", responses=FORMATS)
async def get_evenness_report(caller: Reader, parts: Service, asked: AskedReport) -> EvennessReport:
    """Returns how evenly the contacts that a queue's agents handled in an interval are spread over them: over those who
    could serve it by the configuration of now and handled anything then, and over who did serve it.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, ("queue",), "queue")
    everything = replace(wanted, by=("queue", "agent"), limit=MOST_ROWS, after=None)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        counted = await stay_totals(session, everything, ("handled",))
    handled: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for place, stay in counted:
        queue, agent = place.values
        if agent and stay.handled:
            handled[place.interval][queue][agent] = stay.handled
    able, rows, places = able_agents(snapshot), [], []
    for number, queue in _pages(wanted, sorted({queue for queues in handled.values() for queue in queues}), now):
        of_queue, at_work = handled[number].get(queue), {one for agents in handled[number].values() for one in agents}
        if not of_queue:
            continue
        idle = (able.get(queue, frozenset()) & at_work) - of_queue.keys()
        shown = Evenness([*of_queue.values(), *(0 for _ in idle)])
        rows.append(
            EvennessRow(
                starts_at=wanted.bounds[number],
                ends_at=wanted.bounds[number + 1],
                queue=queue,
                agents=shown.agents,
                handled=shown.total,
                least=min(shown.handled),
                most=max(shown.handled),
                mean=shown.mean,
                gini=shown.gini(),
                most_to_mean=shown.most_to_mean(),
                provisional=wanted.bounds[number + 1] + OVER > now,
                revision=0,
            )
        )
        places.append(Place(number, (queue,)))
    head = asked.head(wanted, asked.cursor_of(wanted, places))
    page = rows[: asked.limit]
    answer: EvennessReport = asked.answer(EvennessReport(**head, rows=page), page, EvennessRow)
    return answer


async def live_backlog(parts: Parts, workspace: str) -> dict[str, LiveBacklog]:
    """Returns the backlog of each queue as it is now. Raises DatabaseUnavailable, EngineUnavailable."""
    snapshot, now = await parts.snapshots.get(workspace), utc_now()
    opened = {name: of_today_since(now, one.hours, snapshot.spec.zone) for name, one in snapshot.queues.items()}
    staffed = {one.queue.name: one.moment.staffed for one in await parts.watch.look(snapshot)}
    async with parts.database.transaction() as session:
        found = await backlog_now(session, workspace, opened, now)
    shown = {}
    for name, backlog in found.items():
        hours = snapshot.queues[name].hours
        clear_s = backlog.clear_s(open_s(lately(now), now, hours), staffed.get(name, 0))
        shown[name] = LiveBacklog(
            waiting=backlog.waiting,
            late=backlog.late,
            carried_over=backlog.carried_over,
            by_age=dict(backlog.ages),
            answered_last_hour=backlog.answered,
            clear_s=None if clear_s is None else round(clear_s),
        )
    return shown
