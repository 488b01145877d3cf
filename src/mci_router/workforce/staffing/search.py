"""The search for the least staff whose P90 day meets every queue's goal. Pure: what plays the days is handed in.

Every plan is tried on the same days (common random numbers), so that two plans differ by the agents and not by chance.
First the guess is scaled as a whole, to where its goals are just met. Then agents are taken away, several places at
once while that goes well, where they work least: what cannot be spared once cannot be spared later, with fewer beside
it, so a place is given up after one refusal of its own. These trials take few days: what a change does to the P90 day
is what it does on the days that come near to missing. At last the plan is tried on days that the search never saw, and
while they miss a goal agents are added where those who wait too long come, twice as many after each miss: a plan that
was fitted to few days may be far from enough, and each trial takes its time.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from mci_router.values import value
from mci_router.workforce.staffing.figures import DayFigures, allowed, p90
from mci_router.workforce.staffing.plans import Place, blocks, changed, of_block, scaled
from mci_router.workforce.staffing.problem import INTERVAL_S, Plan, Problem, agent_hours

SEARCH_DAYS, CHECK_DAYS = 10, 20
CHECK_SEEDS = 1_000_000  # and on: none of them is a search's own
PROBED = 4  # of the search's days, in a trial of a small change
SCALES = (0.4, 2.5)  # of the guess, between which the whole is looked for
SCALE_STEP = 0.03
AT_ONCE = 8  # places that are reduced together at first
MOST_MORE = 32  # places where an agent is added at once
SCALED, TRIMMED = 0.15, 0.75  # how far the search is after each part, and the share of its time


class Play(Protocol):
    """Plays days, perhaps several at once."""

    def __call__(self, plan: Plan, seeds: Sequence[int]) -> Sequence[DayFigures]: ...


@value
class Found:
    """What a search has so far. `checked`: its days are ones that the search had not seen, and they met the goals."""

    plan: dict[str, list[int]]
    days: Sequence[DayFigures]
    checked: bool
    progress: float
    played: int

    @property
    def hours(self) -> float:
        return agent_hours(self.plan)


@dataclass
class Search:
    """One search. `at_once` days are played together; `over` says whether that share of the time is up; `tell` hears
    what is found.
    """

    problem: Problem
    play: Play
    tell: Callable[[Found], None] = lambda _: None
    over: Callable[[float], bool] = lambda _: False
    at_once: int = 1
    search_days: int = SEARCH_DAYS
    check_days: int = CHECK_DAYS
    played: int = 0
    _best: Found | None = None
    _hard: Counter[int] = field(default_factory=Counter)
    _progress: float = 0.0

    def run(self, guess: Plan) -> Found:
        """Returns the least staff found. Where time is up first, the best so far, which may not be checked."""
        return self._checked(self._trimmed(self._scaled(guess)))

    @property
    def goals(self) -> dict[str, float]:
        return {queue.name: queue.service_level.goal for queue in self.problem.queues}

    def tried(self, plan: Plan, seeds: Sequence[int]) -> tuple[bool, list[DayFigures]]:
        """Returns whether enough of the days meet every goal, and those that were played until that was clear.

        The days that missed before come first.
        """
        missed, days, most = Counter[str](), list[DayFigures](), allowed(len(seeds))
        ordered = sorted(seeds, key=lambda seed: -self._hard[seed])
        for start in range(0, len(ordered), self.at_once):
            for day in self._played(plan, ordered[start : start + self.at_once]):
                days.append(day)
                misses = day.misses(self.goals)
                missed.update(misses)
                self._hard[day.seed] += bool(misses)
            if any(count > most for count in missed.values()):
                return False, days
        return True, days

    def _played(self, plan: Plan, seeds: Sequence[int]) -> Sequence[DayFigures]:
        days = self.play(plan, seeds)
        self.played += len(days)
        return days

    def _scaled(self, guess: Plan) -> dict[str, list[int]]:
        low, high = SCALES
        factor = 1.0
        while high - low > SCALE_STEP and not self.over(TRIMMED / 2):
            plan = scaled(guess, factor, self.problem)
            good, days = self.tried(plan, range(self.search_days))
            low, high = (low, factor) if good else (factor, high)
            if good:
                self._keep(plan, days)
            self._tell(self._progress + (SCALED - self._progress) / 3)
            factor = _between(low, high)
        return scaled(guess, high, self.problem)

    def _trimmed(self, plan: dict[str, list[int]]) -> dict[str, list[int]]:
        if self._best is None:
            return plan
        trial = _Trial(self, self._best)
        places = [(name, block) for name in plan for block in blocks(self.problem) if any(plan[name][of_block(block)])]
        whole, together = len(places), AT_ONCE
        while places and not self.over(TRIMMED):
            some = sorted(places, key=lambda place: self._use(plan, place))[:together]
            less = changed(plan, some, -1, self.problem)
            if agent_hours(less) < agent_hours(plan) and trial.good(less):
                plan = less
                self._keep(plan, trial.anchor.days)
            elif len(some) > 1:
                together = len(some) // 2
            else:
                places.remove(some[0])
                together = min(2 * together, AT_ONCE) if len(places) > whole / 2 else 1
            self._tell(SCALED + (TRIMMED - SCALED) * (1 - len(places) / whole))
        return plan

    def _use(self, plan: Plan, place: Place) -> float:
        """Returns the share of its time on duty that a group works in a block, by the best plan's days."""
        group, block = place
        days = self._best.days if self._best else ()
        work = sum(sum(day.busy_s.get(group, [])[of_block(block)]) for day in days) / max(1, len(days))
        on_duty = sum(plan[group][of_block(block)]) * INTERVAL_S
        return work / on_duty if on_duty else 2.0

    def _checked(self, plan: dict[str, list[int]]) -> Found:
        seeds, more = range(CHECK_SEEDS, CHECK_SEEDS + self.check_days), 1
        while True:
            good, days = self.tried(plan, seeds)
            if good:
                return self._kept(Found(plan, days, True, 1.0, self.played))
            if self.over(1.0):
                best = self._best or Found(plan, days, False, 1.0, self.played)
                return self._kept(replace(best, progress=1.0, played=self.played))
            plan = changed(plan, self._short_of(plan, days, more), 1, self.problem)
            more = min(2 * more, MOST_MORE)
            self._tell(max(TRIMMED, min(0.99, self._progress + (1 - self._progress) / 8)))

    def _short_of(self, plan: Plan, days: Sequence[DayFigures], number: int) -> list[Place]:
        """Returns the places where an agent more helps most: in the blocks where most wait too long, of the queues that
        missed, each as often as it did. The busiest of the groups that can serve the queue is helped.
        """
        missed = Counter(name for day in days for name in day.misses(self.goals))
        weights = {
            (queue, block): times * sum(sum(day.late[queue][of_block(block)]) for day in days)
            for queue, times in missed.items()
            for block in blocks(self.problem)
        }
        worst = sorted(weights, key=lambda place: (-weights[place], place))[:number]
        return [(self._busiest(plan, queue, block), block) for queue, block in worst]

    def _busiest(self, plan: Plan, queue: str, block: int) -> str:
        spec = self.problem.queue(queue)
        able = [group.name for group in self.problem.groups if self.problem.serves(group, spec)]
        return max(able, key=lambda name: (self._use(plan, (name, block)) % 2.0, name))

    def _keep(self, plan: Plan, days: Sequence[DayFigures]) -> None:
        if not self._best or agent_hours(plan) <= self._best.hours:
            kept = {name: list(agents) for name, agents in plan.items()}
            self._best = Found(kept, days, False, self._progress, self.played)

    def _kept(self, found: Found) -> Found:
        self._best = found
        self.tell(found)
        return found

    def _tell(self, progress: float) -> None:
        self._progress = progress
        if self._best:
            self.tell(replace(self._best, progress=progress, played=self.played))


class _Trial:
    """Trials of small changes to a plan whose days are known: the anchor.

    A change shifts the P90 day by as much as the levels of the few days that are nearest to missing.
    """

    def __init__(self, search: Search, anchor: Found) -> None:
        self._search, self.anchor = search, anchor
        goals = search.goals
        self._p90 = {name: p90([day.level(name) for day in anchor.days]) for name in goals}
        near = sorted(anchor.days, key=lambda day: min(_reached(day, name) - goal for name, goal in goals.items()))
        self._days = {day.seed: day for day in near[:PROBED]}

    def good(self, plan: Plan) -> bool:
        """Returns whether the P90 day of a plan would still meet every goal. Stops when that is out of the question."""
        days, seeds = list[DayFigures](), list(self._days)
        step = self._search.at_once
        for start in range(0, len(seeds), step):
            days += self._search._played(plan, seeds[start : start + step])
            slack = 0.0 if start + step >= len(seeds) else 0.02
            if any(self._level(name, days) < goal - slack for name, goal in self._search.goals.items()):
                return False
        return True

    def _level(self, name: str, days: Sequence[DayFigures]) -> float:
        before = self._p90[name]
        shifts = [_reached(day, name) - _reached(self._days[day.seed], name) for day in days]
        return 1.0 if before is None else before + sum(shifts) / len(shifts)


def _reached(day: DayFigures, queue: str) -> float:
    """Returns a queue's level; one to which nobody came has missed nobody."""
    level = day.level(queue)
    return 1.0 if level is None else level


def _between(low: float, high: float) -> float:
    """Returns the next factor: steps away from the guess are small at first, for it is seldom far off."""
    if high == SCALES[1]:
        return min(high, low * 1.12)
    return max(low, high / 1.12) if low == SCALES[0] else (low + high) / 2
