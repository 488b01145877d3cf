"""Persons second: who works which of the chosen shifts, within every rule, and fairly. Pure.

A shift that nobody can be given within the rules stays open: no rule is bent. `elastic`, the same question is asked
with a price on each rule instead; what the cheapest answer breaks are the rules to name where something is not covered.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import ceil, floor
from typing import TypeAlias

from mci_router.values import value
from mci_router.vocabulary import WorkRule
from mci_router.workforce.schedules.covering import Chosen, contract_in
from mci_router.workforce.schedules.fitting import Fits, Start
from mci_router.workforce.schedules.patterns import Pattern
from mci_router.workforce.schedules.people import FAIR_KINDS, Person
from mci_router.workforce.schedules.programme import Programme, Term
from mci_router.workforce.schedules.stints import DAY, days_between, monday_of, weekday_of
from mci_router.workforce.schedules.week import Assigned, Week

MOST_DAYS_OF_REST = 3
OPEN = 1_000.0  # costs of a shift that stays open
BELOW_CONTRACT = 20.0  # of an hour that somebody is to have and is not given
UNFAIR = 5.0  # of a shift between who has the most of a kind and who has the fewest
DISLIKED = 1.0  # of a template that is not preferred, or of a day that somebody would have off
PRICES: Mapping[WorkRule, float] = {
    WorkRule.DAYS_IN_A_ROW: 40,
    WorkRule.HOURS_A_WEEK: 40,
    WorkRule.EARLIEST_START: 50,
    WorkRule.HOURS_A_DAY: 60,
    WorkRule.AVAILABLE: 80,
    WorkRule.REST: 120,
    WorkRule.TIME_OFF: 200,
}
"""What it costs, elastic, to break a rule once: what is asked of people first is cheapest."""

Wanted: TypeAlias = tuple[Start, str]
"""A start, and the group that it is for."""


@value
class Given:
    """Who works what, how many of each wanted shift stay open, and the gap to the best that there could be."""

    shifts: Sequence[Assigned]
    open: Mapping[Wanted, int]
    gap: float
    seconds: float


def assign(week: Week, chosen: Chosen, fits: Fits, seconds: float, *, elastic: bool = False) -> Given:
    """Returns who works which of the chosen shifts. Raises NoSolution."""
    if not chosen.counts:
        return Given([], {}, 0, 0)
    made = _Assignment(week, chosen, fits, elastic)
    solved = made.programme.solve(seconds, week.bounds.gap)
    worked = [key for key, variable in made.works.items() if solved.whole(variable)]
    left = {wanted: solved.whole(variable) for wanted, variable in made.open.items()}
    given = _with_breaks(chosen, worked)
    return Given(given, {wanted: count for wanted, count in left.items() if count}, solved.gap, solved.seconds)


def _with_breaks(chosen: Chosen, worked: Sequence[tuple[str, Wanted]]) -> list[Assigned]:
    """Gives each shift the breaks that were chosen for it: alike but for these, they are shared out in turn."""
    placed: dict[Wanted, list[Pattern]] = defaultdict(list)
    for (pattern, group), count in chosen.counts.items():
        placed[pattern.start, group] += [pattern] * count
    return [Assigned(agent, wanted[1], placed[wanted].pop()) for agent, wanted in sorted(worked)]


class _Assignment:
    """The programme: a variable for each agent and wanted shift that go together."""

    def __init__(self, week: Week, chosen: Chosen, fits: Fits, elastic: bool) -> None:
        self.programme = Programme()
        self.works: dict[tuple[str, Wanted], int] = {}
        self.open: dict[Wanted, int] = {}
        self._week, self._fits, self._elastic = week, fits, elastic
        self._wanted: dict[Wanted, int] = defaultdict(int)
        for (pattern, group), count in sorted(chosen.counts.items(), key=lambda one: (one[0][0].start, one[0][1])):
            self._wanted[pattern.start, group] += count
        for person in week.people:
            self._may_work(person)
        for wanted, count in self._wanted.items():
            self._is_given(wanted, count)
        for person in week.people:
            self._by_day, self._mine = defaultdict[date, list[Wanted]](list), person
            for name, wanted in self.works:
                if name == person.name:
                    self._by_day[wanted[0][0]].append(wanted)
            self._keeps_rules()
            self._has_contract()
        for kind in FAIR_KINDS:
            self._is_fair(kind)

    def _may_work(self, person: Person) -> None:
        for wanted in self._wanted:
            start, group = wanted
            broken = self._fits.rules(person, start)
            able = person.able_to(start[0], self._week.by_name[group].skills)
            if not able or WorkRule.OVERLAP in broken or (broken and not self._elastic):
                continue
            price = sum(PRICES[rule] for rule in broken)
            self.works[person.name, wanted] = self.programme.variable(
                price + self._dislike(person, start), high=1, whole=True
            )

    def _dislike(self, person: Person, start: Start) -> float:
        day, template, _ = start
        other = bool(person.prefers) and template not in person.prefers
        return DISLIKED * (other + (weekday_of(day) in person.prefers_off))

    def _is_given(self, wanted: Wanted, count: int) -> None:
        left = self.open[wanted] = self.programme.variable(OPEN, high=count, whole=True)
        who = [self.works[person.name, wanted] for person in self._week.people if (person.name, wanted) in self.works]
        self.programme.row([(left, 1), *((variable, 1) for variable in who)], count, count)

    def _terms(self, wanted: Sequence[Wanted]) -> list[Term]:
        return [(self.works[self._mine.name, one], 1.0) for one in wanted]

    def _row(self, terms: Sequence[Term], most: float, rule: WorkRule, unit: float = 1) -> None:
        """Keeps a sum at or below a bound; elastic, at a price for what is above it."""
        if not terms:
            return
        over = [(self.programme.variable(PRICES[rule] / unit), -1.0)] if self._elastic else []
        self.programme.row([*terms, *over], high=most)

    def _keeps_rules(self) -> None:
        person, rules = self._mine, self._mine.rules
        for wanted in self._by_day.values():
            self.programme.row(self._terms(wanted), high=1)
        self._has_rest()
        worked = {one.day for one in person.fixed}
        for window in self._windows(rules.days_in_a_row + 1):
            mine = [one for day in window if day not in worked for one in self._by_day.get(day, ())]
            self._row(
                self._terms(mine), max(0, rules.days_in_a_row - len(worked & set(window))), WorkRule.DAYS_IN_A_ROW
            )
        for monday in {monday_of(day) for day in self._by_day}:
            had = sum(one.paid_h for one in person.fixed if monday_of(one.day) == monday)
            mine = [one for day, some in self._by_day.items() if monday_of(day) == monday for one in some]
            self._row(self._hours(mine), max(0.0, rules.hours_a_week - had), WorkRule.HOURS_A_WEEK, unit=8)

    def _windows(self, length: int) -> Iterator[list[date]]:
        """Yields every run of so many days that has a day of the week in it."""
        days = self._week.days
        for first in days_between(days[0] - (length - 1) * DAY, days[-1]):
            yield days_between(first, first + (length - 1) * DAY)

    def _hours(self, wanted: Sequence[Wanted]) -> list[Term]:
        return [(self.works[self._mine.name, one], self._pattern(one).paid_h) for one in wanted]

    def _has_rest(self) -> None:
        """Keeps shifts apart: one row for each end of a day's shifts that leaves some later ones too little rest."""
        rest = timedelta(hours=self._mine.rules.rest_h)
        for day, today in self._by_day.items():
            later = [one for days in range(1, 1 + MOST_DAYS_OF_REST) for one in self._by_day.get(day + days * DAY, ())]
            for end in sorted({self._pattern(one).ends_at for one in today}):
                late = [one for one in today if self._pattern(one).ends_at >= end]
                early = [one for one in later if self._pattern(one).begins_at < end + rest]
                for following in {one[0][0] for one in early}:
                    mine = [one for one in early if one[0][0] == following]
                    self._row(self._terms([*late, *mine]), 1, WorkRule.REST)

    def _pattern(self, wanted: Wanted) -> Pattern:
        return self._fits.starts[wanted[0]]

    def _has_contract(self) -> None:
        if self._elastic or not self._mine.contract_hours:
            return
        for monday in {monday_of(day) for day in self._week.days}:
            days = [day for day in self._week.days if monday_of(day) == monday]
            hours = self._hours([one for day in days for one in self._by_day.get(day, ())])
            below = self.programme.variable(BELOW_CONTRACT)
            self.programme.row([*hours, (below, 1)], low=contract_in(self._week, self._mine, days))

    def _is_fair(self, kind: str) -> None:
        """Makes the distance small between who has the most shifts of a kind, with those of before, and the fewest."""
        if self._elastic:
            return
        of_kind = {wanted for wanted in self._wanted if kind in self._kinds(wanted)}
        terms: dict[str, list[Term]] = defaultdict(list)
        for (name, wanted), variable in self.works.items():
            if wanted in of_kind:
                terms[name].append((variable, 1))
        if len(terms) < 2:
            return
        most, fewest = self.programme.variable(UNFAIR), self.programme.variable(-UNFAIR)
        had = {person.name: person.had.get(kind, 0) for person in self._week.people}
        for name, mine in terms.items():
            self.programme.row([*mine, (most, -1)], high=-had[name])
            self.programme.row([*mine, (fewest, -1)], low=-had[name])
        total = sum(self._wanted[wanted] for wanted in of_kind) + sum(had[name] for name in terms)
        self.programme.row([(most, 1)], low=ceil(total / len(terms)))  # so that the solver knows when it is done
        self.programme.row([(fewest, 1)], high=floor(total / len(terms)))

    def _kinds(self, wanted: Wanted) -> tuple[str, ...]:
        pattern = self._pattern(wanted)
        return self._week.fair.kinds(pattern.day, pattern.begins_at, pattern.ends_at, self._week.zone)
