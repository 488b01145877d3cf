"""Making: from a requirement to a schedule: templates first, persons second, and then what is in the way of the rest.

Pure. It runs in a worker process: HiGHS answers nothing else until it is done.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from mci_router.specs.working import QUARTER_MIN
from mci_router.workforce.schedules.assigning import Given, assign
from mci_router.workforce.schedules.breaches import Breach, breaches
from mci_router.workforce.schedules.covering import choose, contract_in
from mci_router.workforce.schedules.fitting import Fits
from mci_router.workforce.schedules.patterns import Pattern, patterns_of
from mci_router.workforce.schedules.people import FAIR_KINDS
from mci_router.workforce.schedules.programme import NoSolution
from mci_router.workforce.schedules.stints import monday_of
from mci_router.workforce.schedules.week import Assigned, Cover, Group, Made, Open, Week

TEMPLATES_SHARE, PERSONS_SHARE, NAMING_SHARE = 0.6, 0.2, 0.1  # of the time; twice the last, where rules are named
TOLERATED = 0.02  # of the requirement: a smaller shortage is of the templates' shapes, not of the rules
MOST_NAMED = 50
QUARTER = timedelta(minutes=QUARTER_MIN)
IN_AN_HOUR = 60 / QUARTER_MIN


def make(week: Week) -> Made:
    """Returns the schedule of a week.

    Raises:
        TooManyPatterns: the templates allow too many shifts.
        NoSolution: nothing was found in the time.
    """
    began, seconds = time.monotonic(), week.bounds.seconds
    patterns = patterns_of(week.templates, week.activities, week.days, week.zone)
    fits = Fits.of(week, patterns)
    chosen = choose(week, patterns, fits, TEMPLATES_SHARE * seconds)
    given = assign(week, chosen, fits, PERSONS_SHARE * seconds)
    cover = [cover_of(group, given.shifts) for group in week.groups]
    relax, lacking = _in_the_way(week, patterns, fits, given, cover)
    return Made(
        shifts=given.shifts,
        cover=cover,
        open=list(_open(fits, given)),
        relax=relax,
        uncovered=[*_uncovered(week, patterns), *lacking][:MOST_NAMED],
        fairness=_fairness(week, given.shifts),
        below_contract=_below_contract(week, given.shifts),
        gap_templates=chosen.gap,
        gap_persons=given.gap,
        seconds=time.monotonic() - began,
    )


def cover_of(group: Group, shifts: Sequence[Assigned]) -> Cover:
    """Returns how well shifts cover a group's requirement."""
    there = Counter(quarter for shift in shifts if shift.group == group.name for quarter in shift.pattern.covers)
    return cover_by(group, there)


def cover_by(group: Group, there: Counter[datetime]) -> Cover:
    """Returns how well the agents planned, by quarter-hour, cover a group's requirement."""
    covered = sum(min(number, there[quarter]) for quarter, number in group.needed.items())
    required, planned = sum(group.needed.values()), there.total()
    return Cover(
        group.name,
        required / IN_AN_HOUR,
        covered / IN_AN_HOUR,
        (required - covered) / IN_AN_HOUR,
        (planned - covered) / IN_AN_HOUR,
    )


def _in_the_way(
    week: Week, patterns: Sequence[Pattern], fits: Fits, given: Given, cover: Sequence[Cover]
) -> tuple[list[Breach], list[str]]:
    """Returns the rules that have to give way for the requirement to be met, as few as can be, and who is lacking."""
    short, required = (sum(getattr(one, name) for one in cover) for name in ("short_h", "required_h"))
    if not given.open and short <= TOLERATED * required:
        return [], []
    try:
        wanted = choose(week, patterns, None, NAMING_SHARE * week.bounds.seconds)
        bent = assign(week, wanted, fits, NAMING_SHARE * week.bounds.seconds, elastic=True)
    except NoSolution:
        return [], ["what is in the way was not found in the time: give the solver more seconds"]
    return _named(week, bent), list(_lacking(week, bent))


def _named(week: Week, bent: Given) -> list[Breach]:
    mine = defaultdict(list)
    for shift in bent.shifts:
        mine[shift.agent].append(shift.pattern.stint(week.by_name[shift.group].skills))
    found = [breach for person in week.people for breach in breaches(person, mine[person.name], week.zone)]
    return sorted(found, key=lambda one: (one.rule, one.agent, one.day))[:MOST_NAMED]


def _lacking(week: Week, bent: Given) -> Iterator[str]:
    by_day: Counter[tuple[str, object]] = Counter()
    for (start, group), count in bent.open.items():
        by_day[group, start[0]] += count
    for (group, day), count in by_day.items():
        skills = week.by_name[group].skills
        able = sum(person.able_to(day, skills) for person in week.people)  # type: ignore[arg-type]
        yield f"{group} lacks agents for {count} shifts on {day}, whatever the rules: able agents in all: {able}"


def _uncovered(week: Week, patterns: Sequence[Pattern]) -> Iterator[str]:
    reached = {quarter for pattern in patterns for quarter in pattern.covers}
    for group in week.groups:
        missed = sorted(quarter for quarter, number in group.needed.items() if number and quarter not in reached)
        for begins, ends in _joined(missed):
            first, last = begins.astimezone(week.zone), ends.astimezone(week.zone)
            when = f"on {first.date()} from {first:%H:%M} to {last:%H:%M}"
            yield f"{group.name} needs agents {when}, and no shift template is at work then"


def _joined(quarters: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    begins = ends = None
    for quarter in quarters:
        if ends != quarter:
            if begins and ends:
                yield begins, ends
            begins = quarter
        ends = quarter + QUARTER
    if begins and ends:
        yield begins, ends


def _open(fits: Fits, given: Given) -> Iterator[Open]:
    for (start, group), count in sorted(given.open.items()):
        pattern = fits.starts[start]
        for _ in range(count):
            yield Open(group, pattern.day, pattern.begins_at, pattern.ends_at)


def _fairness(week: Week, shifts: Sequence[Assigned]) -> dict[str, tuple[int, int]]:
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in FAIR_KINDS}
    for shift in shifts:
        pattern = shift.pattern
        for kind in week.fair.kinds(pattern.day, pattern.begins_at, pattern.ends_at, week.zone):
            counts[kind][shift.agent] += 1
    working = {shift.agent for shift in shifts}
    each = {kind: [counted[name] for name in working] or [0] for kind, counted in counts.items()}
    return {kind: (min(numbers), max(numbers)) for kind, numbers in each.items()}


def _below_contract(week: Week, shifts: Sequence[Assigned]) -> dict[str, float]:
    hours: Counter[str] = Counter()
    for shift in shifts:
        hours[shift.agent] += shift.pattern.paid_h  # type: ignore[assignment]
    due = {
        person.name: sum(
            contract_in(week, person, [day for day in week.days if monday_of(day) == monday])
            for monday in {monday_of(day) for day in week.days}
        )
        for person in week.people
    }
    return {name: round(due[name] - hours[name], 2) for name in due if due[name] - hours[name] > 0.01}
