"""What chance decides of a day: who comes, how long the work takes, who loses patience, who is absent. Pure.

All of it follows from the problem and the day's seed, and none of it from the plan: two plans see the very same
customers, and an agent who is in both is absent at the same times in both. These are the common random numbers.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import log
from typing import Any
from zlib import crc32

import numpy as np

from mci_router.workforce.staffing.problem import INTERVAL_S, Demand, Plan, Problem

BAND = 2.563  # standard deviations between the ends of a normal distribution's middle 80 %
AWAY = 2  # intervals that an absence lasts on average: half an hour

Contact = tuple[int, int, float, int | None]
"""When it comes (ms), the number of its kind, seconds of work, when its customer leaves (ms; None: never)."""

Change = tuple[int, str, int, bool]
"""When (ms), the group and the rank of an agent, and whether that agent comes (or goes)."""


def kinds(problem: Problem) -> list[tuple[str, str]]:
    """Returns the kinds of contacts, as (queue, channel)."""
    return sorted({(row.queue, row.channel) for row in problem.demand})


def contacts(problem: Problem, seed: int) -> list[Contact]:
    """Returns a day's contacts in order of arrival."""
    busy = _gamma(_random(seed, "the day"), problem.day_spread)
    found: list[Contact] = []
    for number, kind in enumerate(kinds(problem)):
        rows = [row for row in problem.demand if (row.queue, row.channel) == kind and row.arrivals > 0]
        found += _of_kind(problem, rows, number, busy, _random(seed, *kind))
    return sorted(found)


def changes(problem: Problem, plan: Plan, seed: int) -> Iterator[Change]:
    """Yields when agents come and go: by the plan, less absences. What an agent has begun is finished."""
    for group, wanted in plan.items():
        for rank in range(1, max(wanted, default=0) + 1):
            away = _absences(problem, _random(seed, group, str(rank)))
            there = [agents >= rank and not gone for agents, gone in zip(wanted, away, strict=True)]
            begins = 0
            for on_duty, run in groupby(there):
                if on_duty or begins:
                    yield begins * INTERVAL_S * 1000, group, rank, on_duty
                begins += len(list(run))


def _of_kind(
    problem: Problem, rows: list[Demand], number: int, busy: float, random: np.random.Generator
) -> Iterator[Contact]:
    patience_s = problem.patience_s.get(rows[0].queue) if rows else None
    for row in rows:
        expected = row.arrivals * busy * _gamma(random, _spread(row))
        for _ in range(random.poisson(expected)):
            at_ms = round((row.interval + random.random()) * INTERVAL_S * 1000)
            work_s = _lognormal(random, row.aht_s, problem.handle_spread)
            patience = random.exponential(patience_s) if patience_s else None
            yield at_ms, number, round(work_s, 3), None if patience is None else at_ms + int(patience * 1000)


def _spread(row: Demand) -> float:
    """Returns by how much an interval's rate varies beside chance: what the band shows above a Poisson's own spread."""
    if row.low is None or row.high is None:
        return 0.0
    variance = ((row.high - row.low) / BAND) ** 2
    return float(max(0.0, variance - row.arrivals) ** 0.5 / row.arrivals)


def _gamma(random: np.random.Generator, spread: float) -> float:
    """Returns a factor of mean 1; drawn also where nothing varies, so that the next draws stay the same."""
    drawn = random.standard_gamma(1 / max(spread, 1e-3) ** 2)
    return float(drawn * spread**2) if spread > 1e-3 else 1.0


def _lognormal(random: np.random.Generator, mean: float, spread: float) -> float:
    variance = log(1 + spread**2)
    return float(mean * np.exp(random.standard_normal() * variance**0.5 - variance / 2))


def _absences(problem: Problem, random: np.random.Generator) -> list[bool]:
    """Returns in which intervals an agent is away: the share `absence` of them, in spells of half an hour or more."""
    share, drawn = problem.absence, random.random(problem.intervals)
    back = min(1 / AWAY, (1 - share) / max(share, 1e-9))  # who is away more than not comes back more seldom
    gone = back * share / (1 - share)
    away, found = False, []
    for number, one in enumerate(drawn):
        away = bool(one < share) if not number else bool(one >= back if away else one < gone)
        found.append(away)
    return found


def _random(seed: int, *names: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, *(crc32(name.encode()) for name in names)]))


def of_agents(problem: Problem, plan: Plan, seed: int, numbers: Mapping[tuple[str, int], int]) -> list[list[Any]]:
    """Returns the changes as the driver takes them, in order of time."""
    return [
        [at_ms, numbers[group, rank], comes]
        for at_ms, group, rank, comes in sorted(changes(problem, plan, seed), key=lambda change: change[0])
    ]
