"""The rules of schedules: what the solver makes keeps each of them, whatever it is given; and each is told apart."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mci_router.configuration import workspace_file
from mci_router.specs.working import ActivitySpec, BreakSpec, ShiftTemplateSpec, WorkRules
from mci_router.vocabulary import Counts, WorkRule
from mci_router.workforce.schedules.asking import Nearby, Required, week_of
from mci_router.workforce.schedules.breaches import breaches
from mci_router.workforce.schedules.covering import contract_in
from mci_router.workforce.schedules.making import make
from mci_router.workforce.schedules.patterns import MOST_PLACEMENTS, patterns_of, placements_of
from mci_router.workforce.schedules.people import Fair, Person, Rules
from mci_router.workforce.schedules.stints import Stint, days_between, instant, weekday_of
from mci_router.workforce.schedules.week import Assigned, Bounds, Group, Made, Week
from tests.support.proof import FULL
from tests.support.rows import every
from tests.support.snapshots import snapshot_of

EXAMPLES = Path(__file__).parents[3] / "examples"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
CLOCKS_CHANGE = date(2026, 3, 29)  # a Sunday of 23 hours
ACTIVITIES = {
    "contacts": ActivitySpec(name="contacts", title="Contacts"),
    "lunch": ActivitySpec(name="lunch", title="Lunch", paid=False, counts=Counts.AWAY),
}
EIGHT = ShiftTemplateSpec(
    name="eight",
    title="Eight hours",
    activity="contacts",
    earliest_start=time(6),
    latest_start=time(17),
    step_min=60,
    length_min=480,
    breaks=[BreakSpec(activity="lunch", length_min=30, earliest_min=180, latest_min=300)],
)

LUNCH_AT_FOUR = EIGHT.model_copy(
    update={"breaks": [BreakSpec(activity="lunch", length_min=30, earliest_min=240, latest_min=240)]}
)
"""Where breaks move, a week takes the solver six times as long; no rule asks when they are."""


def week(days: list[date], groups: list[Group], people: list[Person], *templates: ShiftTemplateSpec) -> Week:
    """Returns a week to be planned, in Berlin."""
    common = Fair.of(WorkRules())
    bounds = Bounds(seconds=40, gap=0.05)  # it ends by the gap, long before
    return Week(
        days[0], days[-1], BERLIN, tuple(groups), tuple(people), templates or (EIGHT,), ACTIVITIES, common, bounds
    )


def needs(days: list[date], begins: int, ends: int, agents: int, *skills: str, name: str = "desk") -> Group:
    """Returns a group that needs agents from one hour to another."""
    quarters = {instant(day, minute, BERLIN): agents for day in days for minute in range(begins * 60, ends * 60, 15)}
    return Group(name, frozenset(skills), quarters)


def agent(name: str, days: list[date], *skills: str, **rules: float) -> Person:
    """Returns an agent with skills, and rules of their own."""
    common = WorkRules.model_validate(rules)
    return Person(name, Rules.of(common, None), {day: frozenset(skills) for day in days})


def stint(day: date, begins: int, hours: float, *skills: str, fixed: bool = False) -> Stint:
    begins_at = instant(day, begins * 60, BERLIN)
    return Stint(day, begins_at, begins_at + timedelta(hours=hours), hours, frozenset(skills), fixed)


def kept(planned: Week, made: Made) -> None:
    """Checks every hard rule, written once more and simply: it shares no code with what is tested."""
    by_agent: dict[str, list[Assigned]] = defaultdict(list)
    for shift in made.shifts:
        by_agent[shift.agent].append(shift)
    for person in planned.people:
        mine = sorted(by_agent[person.name], key=lambda one: one.pattern.begins_at)
        worked = sorted({one.day for one in person.fixed} | {one.pattern.day for one in mine})
        for one in mine:
            begins, ends = one.pattern.begins_at, one.pattern.ends_at
            assert planned.by_name[one.group].skills <= person.able[one.pattern.day]
            assert not any(off < ends and begins < back for off, back in person.off)
            assert one.pattern.paid_h <= person.rules.hours_a_day
            if person.available is not None:
                assert person.available.get(weekday_of(one.pattern.day))
        times = [(one.pattern.begins_at, one.pattern.ends_at) for one in mine]
        times += [(one.begins_at, one.ends_at) for one in person.fixed]
        for (_, ended), (begun, _) in pairwise(sorted(times)):
            assert begun - ended >= timedelta(hours=person.rules.rest_h)
        hours: dict[tuple[int, int], float] = defaultdict(float)
        for day, paid in [(one.pattern.day, one.pattern.paid_h) for one in mine] + [
            (one.day, one.paid_h) for one in person.fixed
        ]:
            hours[day.isocalendar()[:2]] += paid
        assert all(sum_ <= person.rules.hours_a_week + 1e-6 for sum_ in hours.values())
        for day in worked:
            run = [day + timedelta(days=number) for number in range(person.rules.days_in_a_row + 1)]
            assert not set(run) <= set(worked)


@dataclass(frozen=True, repr=False)
class Drawn:
    """A week that was drawn: as text it would be longer than anybody reads."""

    week: Week


@st.composite
def weeks(draw: st.DrawFn) -> Drawn:
    """Draws a week: a few agents with rules, skills, time off and shifts of before, and what is required."""
    first = draw(st.sampled_from([MONDAY, CLOCKS_CHANGE - timedelta(days=2), MONDAY + timedelta(days=3)]))
    days = days_between(first, first + timedelta(days=draw(st.integers(1, 6))))
    people = []
    for number in range(draw(st.integers(1, 4))):
        rules = {
            "hours_a_day": draw(st.sampled_from([7, 8, 10])),
            "hours_a_week": draw(st.sampled_from([15, 30, 48])),
            "rest_h": draw(st.sampled_from([0, 11, 30])),
            "days_in_a_row": draw(st.integers(1, 6)),
        }
        skills = draw(st.sets(st.sampled_from(["phones", "german"])))
        off = draw(st.sampled_from(days))
        before = stint(first - timedelta(days=1), draw(st.integers(6, 16)), 8, fixed=True)
        person = agent(f"agent_{number}", days_between(first - timedelta(days=1), days[-1]), *skills, **rules)
        away = ((instant(off, 0, BERLIN), instant(off, 24 * 60, BERLIN)),) if draw(st.booleans()) else ()
        people.append(replace(person, off=away, fixed=(before,) if draw(st.booleans()) else ()))
    groups = [needs(days, 8, draw(st.integers(10, 24)), draw(st.integers(0, 3)), "phones")]
    if draw(st.booleans()):
        groups.append(needs(days, 6, 25, 1, "german", name="german_desk"))
    return Drawn(week(days, groups, people, EIGHT if FULL else LUNCH_AT_FOUR))


@pytest.mark.timeout(1_200 if FULL else 60)
@settings(max_examples=50 if FULL else 8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(weeks())
def test_every_schedule_keeps_every_hard_rule(drawn: Drawn) -> None:
    """Whatever is required of whom, no rule is broken; what cannot be covered stays open; and the checker agrees."""
    planned = drawn.week
    made = make(planned)
    kept(planned, made)
    mine = defaultdict(list)
    for shift in made.shifts:
        mine[shift.agent].append(shift.pattern.stint(planned.by_name[shift.group].skills))
    for person in planned.people:
        assert breaches(person, mine[person.name], BERLIN) == []
    for one in made.cover:
        assert one.required_h == pytest.approx(one.covered_h + one.short_h)


def test_the_example_is_there_from_six_to_one_at_night() -> None:
    """The team of examples/shifts.yaml covers 06:00 to 01:00 by overlapping shifts of eight hours, some past midnight."""
    file = workspace_file.read(EXAMPLES / "shifts.yaml")
    resources: dict[str, dict[str, Any]] = {
        "agent": {one.name: one for one in file.agents},
        "activity": {one.name: one for one in file.activities},
        "shift_template": {one.name: one for one in file.shift_templates},
    }
    snapshot = replace(snapshot_of({}, agents=file.agents), spec=file.workspace, resources=resources)
    days = days_between(MONDAY, MONDAY + timedelta(days=4))
    rows = [Required(instant(day, 360, BERLIN), instant(day, 1_500, BERLIN), "service", ("phones",), 1) for day in days]
    asked = {"requirement": [row.kept() for row in rows], "seconds": 50, "gap": 0.05}
    planned = week_of(snapshot, days[0], days[-1], asked, Nearby({}, {}))
    assert len(planned.people) == 8
    made = make(planned)
    kept(planned, made)
    (cover,) = made.cover
    assert cover.required_h == 5 * 19
    assert cover.short_h == 0
    assert made.open == [] == made.relax
    assert any(one.pattern.ends_at.astimezone(BERLIN).date() > one.pattern.day for one in made.shifts)
    starts = {one.pattern.minute for one in made.shifts}
    assert min(starts) == 6 * 60
    assert max(starts) == 17 * 60


def test_late_shifts_are_shared_out_with_those_of_before() -> None:
    """Who had late shifts in the weeks before has fewer now."""
    days = days_between(MONDAY, MONDAY + timedelta(days=3))
    late = EIGHT.model_copy(update={"name": "late", "earliest_start": time(15), "latest_start": time(15)})
    ann, ben = (agent(name, days, "phones") for name in ("ann", "ben"))
    had = replace(ann, had={"late": 2})
    made = make(week(days, [needs(days, 19, 22, 1, "phones")], [had, ben], late))
    counts = {name: sum(one.agent == name for one in made.shifts) for name in ("ann", "ben")}
    assert counts == {"ann": 1, "ben": 3}


def test_preferences_hold_where_they_cost_nothing() -> None:
    """Two agents who prefer different templates, and another's day off, get what they prefer."""
    days = [MONDAY, MONDAY + timedelta(days=1)]
    early = EIGHT.model_copy(update={"name": "first", "latest_start": time(6)})
    late = EIGHT.model_copy(update={"name": "second", "earliest_start": time(14), "latest_start": time(14)})
    ann = replace(agent("ann", days, "phones"), prefers=frozenset({"first"}))
    ben = replace(agent("ben", days, "phones"), prefers=frozenset({"second"}))
    made = make(week(days[:1], [needs(days[:1], 6, 22, 1, "phones")], [ann, ben], early, late))
    assert {(one.agent, one.pattern.template) for one in made.shifts} == {("ann", "first"), ("ben", "second")}


@every(
    ("rule", "rules", "stints"),
    [
        (WorkRule.OVERLAP, {}, [stint(MONDAY, 8, 4), stint(MONDAY, 10, 4)]),
        (WorkRule.SKILLS, {}, [stint(MONDAY, 8, 8, "german")]),
        (WorkRule.EARLIEST_START, {"earliest_start": "09:00"}, [stint(MONDAY, 8, 8)]),
        (WorkRule.HOURS_A_DAY, {"hours_a_day": 8}, [stint(MONDAY, 8, 9)]),
        (WorkRule.HOURS_A_DAY, {"hours_a_day": 8}, [stint(MONDAY, 8, 5), stint(MONDAY, 14, 5)]),
        (WorkRule.REST, {"rest_h": 11}, [stint(MONDAY, 15, 8), stint(MONDAY + timedelta(days=1), 8, 8)]),
        (WorkRule.DAYS_IN_A_ROW, {"days_in_a_row": 2}, [stint(MONDAY + timedelta(days=n), 8, 4) for n in range(3)]),
        (WorkRule.HOURS_A_WEEK, {"hours_a_week": 20}, [stint(MONDAY + timedelta(days=2 * n), 8, 8) for n in range(3)]),
    ],
)
def test_each_rule_is_named(rule: WorkRule, rules: dict[str, float], stints: list[Stint]) -> None:
    """A breach says whose rule it is, and what to change."""
    person = agent("ann", days_between(MONDAY, MONDAY + timedelta(days=7)), "phones", **rules)
    (found,) = breaches(person, stints, BERLIN)
    assert (found.rule, found.agent) == (rule, "ann")
    assert "ann" in found.message
    assert found.mend


def test_rest_and_days_count_across_schedules() -> None:
    """A shift that is published the evening before, and the days before, count; what they break themselves does not."""
    days = days_between(MONDAY - timedelta(days=7), MONDAY)
    published = tuple(stint(day, 15, 8, fixed=True) for day in days[1:-1])
    person = replace(agent("ann", days, "phones", days_in_a_row=5, hours_a_week=60), fixed=published)
    found = breaches(person, [stint(MONDAY, 6, 8)], BERLIN)
    assert [one.rule for one in found] == [WorkRule.REST, WorkRule.DAYS_IN_A_ROW]
    assert breaches(person, [], BERLIN) == []


def test_availability_goes_on_over_midnight() -> None:
    """Blocks that touch are one: a night shift lies within the evening of one day and the morning of the next."""
    days = days_between(MONDAY, MONDAY + timedelta(days=1))
    blocks = {"mon": ((18 * 60, 24 * 60),), "tue": ((0, 6 * 60),)}
    person = replace(agent("ann", days, "phones"), available=blocks)  # type: ignore[arg-type]
    assert breaches(person, [stint(MONDAY, 22, 8)], BERLIN) == []
    assert [one.rule for one in breaches(person, [stint(MONDAY, 23, 8)], BERLIN)] == [WorkRule.AVAILABLE]


def test_hours_are_real_ones_when_the_clocks_change() -> None:
    """In the night of 23 hours a shift of eight hours ends an hour later by the clock; rest is counted in real hours."""
    saturday = CLOCKS_CHANGE - timedelta(days=1)
    night = EIGHT.model_copy(update={"earliest_start": time(22), "latest_start": time(22)})
    (pattern, *_) = patterns_of([night], ACTIVITIES, [saturday], BERLIN)
    assert pattern.ends_at - pattern.begins_at == timedelta(hours=8)
    assert pattern.ends_at.astimezone(BERLIN).time() == time(7)
    assert pattern.ends_at == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert len(pattern.covers) == 30  # seven hours and a half beside the break


@given(st.integers(0, 3), st.integers(4, 40))
def test_breaks_stay_within_their_windows(number: int, quarters: int) -> None:
    """Every way to place the breaks keeps their order, their windows and the shift's length; there are few of them."""
    one = BreakSpec(activity="lunch", length_min=15, earliest_min=0, latest_min=15 * quarters)
    template = EIGHT.model_copy(update={"breaks": [one] * number, "length_min": 15 * quarters + 60})
    placed = placements_of(template)
    assert 1 <= len(placed) <= MOST_PLACEMENTS
    for begins in placed:
        assert all(earlier + 15 <= later for earlier, later in pairwise(begins))
        assert all(0 <= at <= 15 * quarters for at in begins)


@pytest.mark.parametrize(("first", "last", "hours"), [(0, 0, 24), (0, 6, 0), (2, 3, 20)])
def test_whole_days_off_count_as_worked(first: int, last: int, hours: float) -> None:
    """Of 28 hours in a week a seventh for each day off, from midnight to midnight, also where the clocks change."""
    monday = date(2026, 3, 23)
    days = days_between(monday, monday + timedelta(days=6))
    off = instant(days[first], 0, BERLIN), instant(days[last] + timedelta(days=1), 0, BERLIN)
    one = Person("ann", Rules.of(WorkRules(), None), {}, contract_hours=28, off=(off,))
    assert contract_in(week(days, [], [one]), one, days) == hours
