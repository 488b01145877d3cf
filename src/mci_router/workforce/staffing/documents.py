"""What a worker is given and what it says, as JSON. Pure."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from mci_router.workforce.staffing.figures import DayFigures, difference, p90
from mci_router.workforce.staffing.problem import Problem, Value
from mci_router.workforce.staffing.search import CHECK_DAYS, Found

DIGITS = 4


class Change(Value):
    """A changed problem and plan, to be compared with the task's own."""

    problem: Problem
    plan: dict[str, list[int]]


class Task(Value):
    """A worker's task: to search from `plan` on, or to compare `what_if` with it, in `seconds` at most.

    `urls` are servers to play on; where there are none, `processes` private ones.
    """

    problem: Problem
    plan: dict[str, list[int]]
    what_if: Change | None = None
    seconds: Annotated[float, Field(gt=0, le=3_600)] = 600
    days: Annotated[int, Field(ge=2, le=100)] = CHECK_DAYS
    processes: Annotated[int, Field(ge=1, le=16)] = 1
    urls: list[str] = []


def found_document(found: Found, problem: Problem, seconds: float) -> dict[str, Any]:
    """Returns what a search has found: the plan, the figures of its days, and what it took to play one."""
    return {
        "plan": found.plan,
        "agent_hours": round(found.hours, 2),
        "checked": found.checked,
        "queues": queue_figures(problem, found.days),
        **_effort(found.days, found.played, seconds),
    }


def compared_document(
    before: Problem, after: Problem, pairs: Sequence[tuple[DayFigures, DayFigures]], seconds: float
) -> dict[str, Any]:
    """Returns what a change does to each queue: both figures, and the difference over the same days."""
    old_days, new_days = [one for one, _ in pairs], [other for _, other in pairs]
    rows = zip(queue_figures(before, old_days), queue_figures(after, new_days), strict=True)
    return {
        "queues": [
            {"queue": old["queue"], "before": _without(old), "after": _without(new), **_shift(old["queue"], pairs)}
            for old, new in rows
        ],
        **_effort([*old_days, *new_days], 2 * len(pairs), seconds),
    }


def queue_figures(problem: Problem, days: Sequence[DayFigures]) -> list[dict[str, Any]]:
    """Returns each queue's goal beside its levels over some days."""
    return [
        _queue(queue.name, queue.service_level.goal, queue.service_level.target_s, days) for queue in problem.queues
    ]


def _queue(name: str, goal: float, target_s: float, days: Sequence[DayFigures]) -> dict[str, Any]:
    levels = [day.level(name) for day in days]
    known = [level for level in levels if level is not None]
    tallies = [day.tallies[name] for day in days]
    offered = sum(tally.offered for tally in tallies)
    return {
        "queue": name,
        "goal": goal,
        "target_s": target_s,
        "p90": _rounded(p90(levels)),
        "mean": _rounded(sum(known) / len(known)) if known else None,
        "days_met": sum(level >= goal - 1e-9 for level in known),
        "abandoned": _rounded(sum(tally.abandoned for tally in tallies) / offered) if offered else None,
        "offered": round(offered / len(days), 1) if days else 0.0,
    }


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "queue"}


def _shift(name: str, pairs: Sequence[tuple[DayFigures, DayFigures]]) -> dict[str, Any]:
    found = difference([(before.level(name), after.level(name)) for before, after in pairs])
    if found is None:
        return {"difference": None, "low": None, "high": None}
    return {"difference": _rounded(found.mean), "low": _rounded(found.low), "high": _rounded(found.high)}


def _effort(days: Sequence[DayFigures], played: int, seconds: float) -> dict[str, Any]:
    return {
        "days": len(days),
        "days_played": played,
        "seconds": round(seconds, 1),
        "seconds_per_day": _rounded(sum(day.seconds for day in days) / len(days)) if days else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
