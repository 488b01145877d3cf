"""Breaches: which rules some shifts of an agent break, each named with its bound, what was found, and what to change.

Pure. The solver, changes by hand, swaps and publishing all ask here, so that they cannot differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from mci_router.specs.working import minute_of
from mci_router.values import value
from mci_router.vocabulary import WorkRule
from mci_router.workforce.schedules.people import Person
from mci_router.workforce.schedules.stints import HOUR_S, Stint, hours_of_weeks, monday_of, runs

NEARLY = 1e-6


@value
class Breach:
    """A rule that is broken: whose, which, on which day, and in words. `limit` and `needed` are in the rule's unit."""

    rule: WorkRule
    agent: str
    day: date
    message: str
    limit: float | None = None
    needed: float | None = None

    @property
    def mend(self) -> str:
        """What to change so that it is no breach: the rule, or what it is about."""
        own = f"of the agent {self.agent}, or of the workspace's work_rules"
        return {
            WorkRule.OVERLAP: "move or remove one of the two shifts",
            WorkRule.SKILLS: f"give {self.agent} the skill, or the shift to somebody who has it",
            WorkRule.TIME_OFF: "decline the time off, or give the shift to somebody else",
            WorkRule.AVAILABLE: f"widen work.available of the agent {self.agent}",
            WorkRule.EARLIEST_START: f"lower earliest_start {own}",
            WorkRule.REST: f"lower rest_h {own}",
        }.get(self.rule, f"raise {self.rule} {own}")


def breaches(person: Person, stints: Iterable[Stint], zone: ZoneInfo) -> list[Breach]:
    """Returns all rules that these shifts of an agent break, together with those that are published nearby.

    What only published shifts break among themselves is left out: it was decided when they were published.
    """
    new = sorted(stints, key=lambda one: one.begins_at)
    if not new:
        return []
    found = [breach for stint in new for breach in alone(person, stint, zone)]
    return [*found, *_between(person, new), *_in_weeks(person, new), *_in_a_row(person, new)]


def alone(person: Person, stint: Stint, zone: ZoneInfo) -> Iterator[Breach]:
    """Yields the rules that a shift breaks by itself."""
    day, name, rules = stint.day, person.name, person.rules
    if not person.able_to(day, stint.skills):
        lacking = ", ".join(sorted(stint.skills - person.able.get(day, frozenset())))
        yield Breach(WorkRule.SKILLS, name, day, f"{name} does not have the skill {lacking} on {day}")
    if any(begins < stint.ends_at and stint.begins_at < ends for begins, ends in person.off):
        yield Breach(WorkRule.TIME_OFF, name, day, f"{name} has time off on {day}")
    if not person.is_available(stint.begins_at, stint.ends_at, day, zone):
        begins, ends = (at.astimezone(zone).strftime("%H:%M") for at in (stint.begins_at, stint.ends_at))
        yield Breach(
            WorkRule.AVAILABLE,
            name,
            day,
            f"{name} is not available from {begins} to {ends} on {day}: see work.available",
        )
    start = minute_of(stint.begins_at.astimezone(zone).time())
    if rules.earliest_min is not None and start < rules.earliest_min:
        said = f"{name} may not begin before {_clock(rules.earliest_min)}; the shift of {day} begins at {_clock(start)}"
        yield Breach(WorkRule.EARLIEST_START, name, day, said, rules.earliest_min, start)
    if stint.paid_h > rules.hours_a_day + NEARLY:
        yield _hours_a_day(person, day, stint.paid_h)


def needed_rest_h(earlier: Stint, later: Stint) -> float:
    """Returns the hours from the end of a shift to the begin of the next."""
    return (later.begins_at - earlier.ends_at).total_seconds() / HOUR_S


def _between(person: Person, new: Sequence[Stint]) -> Iterator[Breach]:
    rest, by_day = person.rules.rest_h, dict[date, list[Stint]]()
    for earlier, later in pairwise(sorted([*new, *person.fixed], key=lambda one: (one.begins_at, one.ends_at))):
        if earlier.fixed and later.fixed:
            continue
        had, name = needed_rest_h(earlier, later), person.name
        if had < -NEARLY:
            yield Breach(WorkRule.OVERLAP, name, later.day, f"{name} has two shifts at once on {later.day}")
        elif had < rest - NEARLY and earlier.day != later.day:
            said = (
                f"{name} needs {rest:g} hours of rest; between the shifts of {earlier.day} and {later.day} are {had:g}"
            )
            yield Breach(WorkRule.REST, name, later.day, said, rest, had)
    for stint in (*new, *person.fixed):
        by_day.setdefault(stint.day, []).append(stint)
    for day, stints in sorted(by_day.items()):
        hours = sum(one.paid_h for one in stints)
        several = len(stints) > 1 and not all(one.fixed for one in stints)
        if several and hours > person.rules.hours_a_day + NEARLY:
            yield _hours_a_day(person, day, hours)


def _in_weeks(person: Person, new: Sequence[Stint]) -> Iterator[Breach]:
    most, name = person.rules.hours_a_week, person.name
    touched = {monday_of(one.day) for one in new}
    for monday, hours in sorted(hours_of_weeks([*new, *person.fixed]).items()):
        if monday in touched and hours > most + NEARLY:
            said = f"{name} may work at most {most:g} hours a week; the week of {monday} needs {hours:g}"
            yield Breach(WorkRule.HOURS_A_WEEK, name, monday, said, most, hours)


def _in_a_row(person: Person, new: Sequence[Stint]) -> Iterator[Breach]:
    most, name = person.rules.days_in_a_row, person.name
    mine = {one.day for one in new}
    for first, length in runs([*mine, *(one.day for one in person.fixed)]):
        if length > most and any(0 <= (day - first).days < length for day in mine):
            said = f"{name} may work at most {most} days in a row; from {first} on it needs {length}"
            yield Breach(WorkRule.DAYS_IN_A_ROW, name, first, said, most, length)


def _hours_a_day(person: Person, day: date, hours: float) -> Breach:
    most, name = person.rules.hours_a_day, person.name
    said = f"{name} may work at most {most:g} hours a day; {day} needs {hours:g}"
    return Breach(WorkRule.HOURS_A_DAY, name, day, said, most, hours)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
