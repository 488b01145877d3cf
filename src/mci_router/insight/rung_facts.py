"""What the ladder's rungs did, from facts; how long it took, and which calls, from the ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import earliest
from mci_router.insight.interval_reports import Wanted, result_totals, stay_totals
from mci_router.insight.result_facts import REPETITIONS, RESOLUTIONS
from mci_router.insight.rungs import RungFigures
from mci_router.insight.shares import measured_share
from mci_router.vocabulary import Cell, Outcome

MS_PER_HOUR = 3_600_000
HANDLED = ("talk_ms", "held_ms", "wrap_up_ms")
TIMES = text(
    """
    SELECT topic, outcome, avg(extract(epoch FROM ended_at - accepted_at))::float8 AS time_s FROM contacts
    WHERE workspace_id = :workspace AND id >= :first AND id < :last AND kind = 'customer' AND ended_at IS NOT NULL
      AND state IN ('completed', 'resolved') AND topic IS NOT NULL AND channel <> 'task'
    GROUP BY topic, outcome
    """
)
CALLS = text(
    """
    SELECT c.topic, r.workflow, sum(r.attempts)::bigint AS calls FROM workflow_runs r
    JOIN contacts c ON c.id = r.contact_id
    WHERE r.workspace_id = :workspace AND r.created_at >= :since AND r.created_at < :until AND r.rung IS NOT NULL
      AND c.topic IS NOT NULL AND r.attempts > 0
    GROUP BY c.topic, r.workflow
    """
)


class Prices:
    """What an hour of a queue's agents and a call of a workflow cost, by name; a name without a price is unknown."""

    def __init__(self, hours: Mapping[str, float | None], calls: Mapping[str, float | None]) -> None:
        self.hours, self.calls = hours, calls


async def rung_figures(
    session: AsyncSession, wanted: Wanted, prices: Prices, repeats_known: datetime, returns_known: datetime
) -> tuple[list[RungFigures], dict[str, set[Cell]]]:
    """Returns what each outcome did for each topic, and the cells in which contacts of the topic were served.

    Results are those of contacts from before `repeats_known` (an agent's) and `returns_known`. Raises InvalidRequest
    where there are too many topics.
    """
    wanted = replace(wanted, bounds=(wanted.bounds[0], wanted.bounds[-1]))
    cells: dict[str, set[Cell]] = {}
    served: dict[tuple[str, Outcome], list[int]] = {}
    by_cell = replace(wanted, by=("outcome", "topic", "cell"))
    for place, counted in await result_totals(
        session, by_cell, RESOLUTIONS, returns_known, tuple(RESOLUTIONS.measures)
    ):
        outcome, topic, cell = place.values
        if not topic:
            continue
        cells.setdefault(topic, set()).add(Cell(cell))
        settled = counted["known_confirmed"] + counted["known_unconfirmed"]
        others = counted["known_returned"] + counted["known_moved_on"]
        _add(served, (topic, Outcome(outcome)), counted["served"], settled, settled + others)
    by_outcome, measures = replace(wanted, by=("topic", "outcome")), tuple(REPETITIONS.measures)
    for place, counted in await result_totals(session, by_outcome, REPETITIONS, repeats_known, measures):
        topic, outcome = place.values
        if topic and outcome == Outcome.AGENT:
            first = counted["known_first"]
            settled = first - counted["known_repeated"]
            _add(served, (topic, Outcome.AGENT), counted["first"] + counted["repeats"], settled, first)
    times, costs = await _times(session, wanted), await _costs(session, wanted, prices)
    return [
        RungFigures(
            topic,
            outcome,
            counts[0],
            measured_share(counts[1], counts[2]),
            counts[1],
            times.get((topic, outcome)),
            costs.get((topic, outcome), 0.0),
        )
        for (topic, outcome), counts in sorted(served.items())
        if counts[0]
    ], cells


async def _times(session: AsyncSession, wanted: Wanted) -> dict[tuple[str, str], float]:
    period = {"first": earliest("contact", wanted.bounds[0]), "last": earliest("contact", wanted.bounds[-1])}
    rows = await session.execute(TIMES, {"workspace": wanted.workspace, **period})
    return {(row.topic, row.outcome): row.time_s for row in rows}


async def _costs(session: AsyncSession, wanted: Wanted, prices: Prices) -> dict[tuple[str, str], float | None]:
    """Returns what each outcome cost by topic; what is not among them cost nothing, and None is unknown."""
    costs: dict[tuple[str, str], float | None] = {}
    for place, counted in await stay_totals(session, replace(wanted, by=("queue", "topic")), HANDLED):
        queue, topic = place.values
        handled_ms = counted.talk_ms + counted.held_ms + counted.wrap_up_ms
        if topic and handled_ms:
            _charge(costs, (topic, Outcome.AGENT), handled_ms / MS_PER_HOUR, prices.hours.get(queue))
    known = {"workspace": wanted.workspace, "since": wanted.bounds[0], "until": wanted.bounds[-1]}
    for row in await session.execute(CALLS, known):
        _charge(costs, (row.topic, Outcome.AUTOMATION), row.calls, prices.calls.get(row.workflow))
    return costs


def _charge(
    costs: dict[tuple[str, str], float | None], key: tuple[str, str], amount: float, price: float | None
) -> None:
    before = costs.get(key, 0.0)
    costs[key] = None if price is None or before is None else before + amount * price


def _add(served: dict[tuple[str, Outcome], list[int]], key: tuple[str, Outcome], *counts: int) -> None:
    before = served.setdefault(key, [0] * len(counts))
    for number, count in enumerate(counts):
        before[number] += count
