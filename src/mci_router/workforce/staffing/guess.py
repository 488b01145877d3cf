"""The first answer: how many agents Erlang A asks for, quarter-hour by quarter-hour. Pure.

Each queue, and each set of queues that some agents serve together, is taken for one line. The groups are then filled
until every set has the agents whom its line needs. What deferrable work needs is spread over its target.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import heapify, heapreplace
from math import ceil, sqrt

from mci_router.values import value
from mci_router.workforce.agents_needed import agents_needed
from mci_router.workforce.staffing.plans import served, whole
from mci_router.workforce.staffing.problem import INTERVAL_S, Group, Problem

BUSY = 0.9  # of an agent's time that deferrable work may take: it can wait for the rest
HIGHEST_GOAL = 0.9999  # beyond it, nobody asks for fewer agents
LONGEST_PATIENCE = 100  # handle times; who has more waits for ever, as far as a line is concerned


@value
class Load:
    """What comes to a queue in an interval, for agents who take one thing at a time."""

    calls_per_s: float
    aht_s: float


def guess(problem: Problem) -> dict[str, list[int]]:
    """Returns a plan of agents on duty, absent ones among them."""
    able = {group.name: frozenset(_served(problem, group)) for group in problem.groups}
    loads = {queue.name: _loads(problem, queue.name) for queue in problem.queues}
    spare = dict.fromkeys(_sets(able.values()), 1.0)
    there = {group.name: [0.0] * problem.intervals for group in problem.groups}
    for interval in range(problem.intervals):
        at = {name: load[interval] for name, load in loads.items() if load[interval].calls_per_s > 0}
        needs = {}
        for some in spare:
            parts = [(name, at[name]) for name in sorted(some & at.keys())]
            needs[some], spare[some] = _needed(problem, parts, spare[some])
        for name, agents in _filled(problem.groups, able, needs).items():
            there[name][interval] = agents / (1 - problem.absence)
    return served({name: whole(agents) for name, agents in there.items()}, problem)


def stand_alone(problem: Problem) -> dict[str, list[int]]:
    """Returns how many agents each queue would need if it shared none, absent ones not counted."""
    return {
        queue.name: [
            _needed(problem, [(queue.name, load)])[0] if load.calls_per_s else 0 for load in _loads(problem, queue.name)
        ]
        for queue in problem.queues
    }


def unserved(problem: Problem) -> list[str]:
    """Returns the queues with demand that no group can serve."""
    wanted = {row.queue for row in problem.demand if row.arrivals > 0}
    return sorted(wanted - {name for group in problem.groups for name in _served(problem, group)})


def _served(problem: Problem, group: Group) -> Iterable[str]:
    return (queue.name for queue in problem.queues if problem.serves(group, queue))


def _loads(problem: Problem, name: str) -> list[Load]:
    """Returns a queue's load by interval: of deferrable work the mean of those within its target before."""
    calls, work = [0.0] * problem.intervals, [0.0] * problem.intervals
    for row in problem.demand:
        if row.queue == name:
            calls[row.interval] += row.arrivals / INTERVAL_S
            work[row.interval] += row.arrivals / INTERVAL_S * row.aht_s
    queue = problem.queue(name)
    if queue.deferrable:
        window = max(1, min(problem.intervals, round(queue.service_level.target_s / INTERVAL_S)))
        calls, work = _smoothed(calls, window), _smoothed(work, window)
    at_once = _at_once(problem, name)
    return [Load(c, w / c / at_once if c else 0.0) for c, w in zip(calls, work, strict=True)]


def _smoothed(values: Sequence[float], window: int) -> list[float]:
    return [sum(values[max(0, place + 1 - window) : place + 1]) / window for place in range(len(values))]


def _at_once(problem: Problem, name: str) -> float:
    """Returns how many contacts of a queue an agent has at once, over the groups that serve it."""
    queue = problem.queue(name)
    channels = {row.channel for row in problem.demand if row.queue == name}
    slots = [
        min(group.units // queue.units, max(group.channels.get(channel, 0) for channel in channels))
        for group in problem.groups
        if problem.serves(group, queue)
    ]
    most = queue.most_per_agent or max(slots, default=1)
    return max(1, min(most, min(slots, default=1)))


def _sets(able: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Returns the sets of queues that are looked at as one line: each queue, what each group serves, and all."""
    able = list(able)
    every = frozenset[str]().union(*able)
    return sorted({*(frozenset([name]) for name in every), *able, every} - {frozenset()}, key=sorted)


def _needed(problem: Problem, parts: Sequence[tuple[str, Load]], spare: float = 1.0) -> tuple[int, float]:
    """Returns how many agents one line of these queues needs, their calls mixed; and how many of them are above its
    load, in roots of that (Halfin and Whitt, 1981): near those of the interval before, the next ones are found.
    """
    calls = sum(load.calls_per_s for _, load in parts)
    if not calls:
        return 0, spare
    live = [(name, load) for name, load in parts if not problem.queue(name).deferrable]
    deferred = sum(load.calls_per_s * load.aht_s for name, load in parts if problem.queue(name).deferrable) / BUSY
    if not live:
        return ceil(deferred), spare
    shares = [(problem.queue(name), load, load.calls_per_s) for name, load in live]
    live_calls = sum(share for *_, share in shares)
    aht_s = sum(load.aht_s * share for _, load, share in shares) / live_calls
    goal = sum(queue.service_level.goal * share for queue, _, share in shares) / live_calls
    target_s = sum(queue.service_level.target_s * share for queue, _, share in shares) / live_calls
    leaving = sum(
        share / problem.patience_s[queue.name] for queue, _, share in shares if queue.name in problem.patience_s
    )
    patience_s = live_calls / leaving if leaving else None
    if patience_s and patience_s > LONGEST_PATIENCE * aht_s:
        patience_s = None
    goal = min(HIGHEST_GOAL, max(1 - HIGHEST_GOAL, round(goal, 4)))
    load = live_calls * aht_s
    near = max(1, round(load + spare * sqrt(load)))
    agents = _line(live_calls, aht_s, goal, target_s, patience_s, near)
    return agents + ceil(deferred - 0.5), (agents - load) / sqrt(load)


@lru_cache(maxsize=20_000)
def _line(calls: float, aht_s: float, goal: float, target_s: float, patience_s: float | None, near: int) -> int:
    return agents_needed(calls, aht_s, goal=goal, target_s=target_s, patience_s=patience_s, near=near)


def _filled(
    groups: Sequence[Group], able: Mapping[str, frozenset[str]], needs: Mapping[frozenset[str], int]
) -> dict[str, int]:
    """Returns the agents of each group such that every set has what it needs: one by one, where it helps most.

    Of groups that help alike, the one with the fewest beside how many are employed.
    """
    filled, useful = {group.name: 0 for group in groups}, [group for group in groups if able[group.name]]
    short = {some: need for some, need in needs.items() if need > 0 and any(some & its for its in able.values())}
    served_by = {some: [group.name for group in useful if some & able[group.name]] for some in short}
    serving = {group.name: [some for some in short if group.name in served_by[some]] for group in useful}
    helped = {name: len(sets) for name, sets in serving.items()}  # of those that are short
    ordered = [(-helped[group.name], 0.0, place) for place, group in enumerate(useful)]
    heapify(ordered)
    while short:
        before, had, place = ordered[0]
        best = useful[place]
        if -before != helped[best.name]:  # it helps less than it did, and never more
            heapreplace(ordered, (-helped[best.name], had, place))
            continue
        filled[best.name] += 1
        heapreplace(ordered, (before, filled[best.name] / max(1, best.employed), place))
        for some in serving[best.name]:
            if some in short:
                short[some] -= 1
                if not short[some]:
                    del short[some]
                    for name in served_by[some]:
                        helped[name] -= 1
    return filled
