"""Fitting: which shifts fit which agents, each by itself and beside what is published already. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias

from mci_router.values import value
from mci_router.vocabulary import WorkRule
from mci_router.workforce.schedules.breaches import breaches
from mci_router.workforce.schedules.patterns import Pattern
from mci_router.workforce.schedules.people import Person
from mci_router.workforce.schedules.week import Week

Start: TypeAlias = tuple[date, str, int]
"""A day, a template, and the minute of the day at which it begins."""


@value
class Fits:
    """Which rules a start breaks for an agent; those that break none are not in it."""

    starts: Mapping[Start, Pattern]
    broken: Mapping[tuple[str, Start], frozenset[WorkRule]]

    @classmethod
    def of(cls, week: Week, patterns: Iterable[Pattern]) -> "Fits":
        """Looks at every agent and every start."""
        starts = {pattern.start: pattern for pattern in patterns}
        found = {
            (person.name, start): frozenset(breach.rule for breach in breaches(person, [pattern.stint()], week.zone))
            for person in week.people
            for start, pattern in starts.items()
        }
        return cls(starts, {key: rules for key, rules in found.items() if rules})

    def rules(self, person: Person, start: Start) -> frozenset[WorkRule]:
        """Returns the rules that somebody would break by a shift that starts so."""
        return self.broken.get((person.name, start), frozenset())

    def groups_on(self, week: Week, person: Person, day: date) -> frozenset[str]:
        """Returns the groups that somebody can work for on a day; none where no shift of the day fits them."""
        if all(self.rules(person, start) for start in self.starts if start[0] == day):
            return frozenset()
        return frozenset(group.name for group in week.groups if person.able_to(day, group.skills))
