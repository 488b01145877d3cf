"""Templates first: how many of which shift, for which group, cover the requirement best. Pure.

Too few agents in a quarter-hour cost more than too many, and the tenth that is lacking more than the first, so that a
shortage is spread. Who works what is not decided here; but there are agents for all shifts that are asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from mci_router.values import value
from mci_router.workforce.schedules.breaches import NEARLY
from mci_router.workforce.schedules.fitting import Fits
from mci_router.workforce.schedules.patterns import Pattern
from mci_router.workforce.schedules.people import Person
from mci_router.workforce.schedules.programme import Programme, Term
from mci_router.workforce.schedules.stints import monday_of
from mci_router.workforce.schedules.week import Group, Week

SHORT, VERY_SHORT = 60.0, 120.0  # costs of an agent who is lacking for a quarter-hour
BEYOND, FAR_BEYOND, NOT_ASKED = 1.0, 2.0, 1.5  # and of one who is there beyond what is required
SHARE = 0.2  # up to this share of the requirement a difference is a small one
A_SHIFT = 0.5  # fewer, longer shifts, where that is all the difference
BELOW_CONTRACT = 16.0  # costs of an hour that agents are to have and are not given

AbleSet = frozenset[str]
"""The groups that an agent can work for."""


@value
class Chosen:
    """How many of each pattern, for each group, and the gap to the best that there could be."""

    counts: Mapping[tuple[Pattern, str], int]
    gap: float
    seconds: float


def choose(week: Week, patterns: Sequence[Pattern], fits: Fits | None, seconds: float) -> Chosen:
    """Returns the shifts that cover the requirement best; without `fits`, as if agents were there for all of them.

    Raises NoSolution.
    """
    programme = Programme()
    useful = {group.name: _useful(group, patterns) for group in week.groups}
    chosen = {
        (pattern, name): programme.variable(A_SHIFT, whole=True) for name, some in useful.items() for pattern in some
    }
    if not chosen:
        return Chosen({}, 0, 0)
    for group in week.groups:
        _cover(programme, group, {pattern: chosen[pattern, group.name] for pattern in useful[group.name]})
    if fits:
        _bound(programme, week, fits, chosen)
    of_days = [[one for (pattern, _), one in chosen.items() if pattern.day == day] for day in week.days]
    solved = programme.solve_in_turns([part for part in of_days if part], seconds, week.bounds.gap)
    counts = {key: solved.whole(variable) for key, variable in chosen.items()}
    return Chosen({key: count for key, count in counts.items() if count}, solved.gap, solved.seconds)


def _useful(group: Group, patterns: Sequence[Pattern]) -> list[Pattern]:
    return [one for one in patterns if any(group.needed.get(quarter) for quarter in one.covers)]


def _cover(programme: Programme, group: Group, chosen: Mapping[Pattern, int]) -> None:
    by_quarter: dict[datetime, list[Term]] = defaultdict(list)
    for pattern, variable in chosen.items():
        for quarter in pattern.covers:
            by_quarter[quarter].append((variable, 1))
    for quarter, there in by_quarter.items():
        needed = group.needed.get(quarter, 0)
        some = max(1.0, SHARE * needed)
        lacking = [(programme.variable(SHORT, high=some), 1.0), (programme.variable(VERY_SHORT), 1.0)]
        near, far = (BEYOND, FAR_BEYOND) if needed else (NOT_ASKED, 2 * NOT_ASKED)
        beyond = [(programme.variable(near, high=some), -1.0), (programme.variable(far), -1.0)]
        programme.row([*there, *lacking, *beyond], needed, needed)


def _bound(programme: Programme, week: Week, fits: Fits, chosen: Mapping[tuple[Pattern, str], int]) -> None:
    """Keeps the shifts of a day, and of a week, to what there are able agents for."""
    able = {(person.name, day): fits.groups_on(week, person, day) for person in week.people for day in week.days}
    of_day: dict[tuple[date, str], list[Term]] = defaultdict(list)
    for (pattern, group), variable in chosen.items():
        of_day[pattern.day, group].append((variable, 1))
    weekly: dict[tuple[date, AbleSet], list[Term]] = defaultdict(list)
    for day in week.days:
        for groups, number in Counter(able[person.name, day] for person in week.people).items():
            flows = [(group, programme.variable()) for group in sorted(groups)]
            programme.row([(flow, 1) for _, flow in flows], high=number)
            weekly[monday_of(day), groups] += [(flow, 1) for _, flow in flows]
            for group, flow in flows:
                of_day[day, group].append((flow, -1))
    for terms in of_day.values():
        programme.row(terms, high=0)
    _bound_shifts(programme, week, fits, weekly, able)
    _bound_hours(programme, week, chosen)


def _bound_shifts(
    programme: Programme,
    week: Week,
    fits: Fits,
    weekly: Mapping[tuple[date, AbleSet], Sequence[Term]],
    able: Mapping[tuple[str, date], AbleSet],
) -> None:
    shortest = min((pattern.paid_h for pattern in fits.starts.values()), default=0)
    for (monday, groups), terms in weekly.items():
        days = _of_week(week, monday)
        who = [person for person in week.people if any(able[person.name, day] == groups for day in days)]
        programme.row(terms, high=sum(most_shifts(person, days, shortest) for person in who))


def _bound_hours(programme: Programme, week: Week, chosen: Mapping[tuple[Pattern, str], int]) -> None:
    hours: dict[date, list[Term]] = defaultdict(list)
    for (pattern, _), variable in chosen.items():
        hours[monday_of(pattern.day)].append((variable, pattern.paid_h))
    for monday, terms in hours.items():
        programme.row(terms, high=sum(_hours_left(person, monday) for person in week.people))
        contracts = sum(contract_in(week, person, _of_week(week, monday)) for person in week.people)
        if contracts:
            programme.row([*terms, (programme.variable(BELOW_CONTRACT), 1)], low=contracts)


def _of_week(week: Week, monday: date) -> list[date]:
    return [day for day in week.days if monday_of(day) == monday]


def contract_in(week: Week, person: Person, days: Sequence[date]) -> float:
    """Returns the paid hours that somebody is to have on some days of one week, beside what is published already.

    A contract counts for a seventh a day; a day of time off counts as worked.
    """
    fixed = sum(one.paid_h for one in person.fixed if one.day in days)
    away = sum(person.is_off(day, week.zone) for day in days)
    return max(0.0, person.contract_hours * (len(days) - away) / 7 - fixed)


def most_shifts(person: Person, days: Sequence[date], shortest_h: float) -> int:
    """Returns how many shifts somebody can have at most on some days of one week."""
    in_a_row = len(days) - len(days) // (person.rules.days_in_a_row + 1)
    if not shortest_h or not days:
        return in_a_row
    return min(in_a_row, int((_hours_left(person, monday_of(days[0])) + NEARLY) / shortest_h))


def _hours_left(person: Person, monday: date) -> float:
    had = sum(one.paid_h for one in person.fixed if monday_of(one.day) == monday)
    return max(0.0, person.rules.hours_a_week - had)
