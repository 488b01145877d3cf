"""How long a week of 40 agents takes to schedule, how well it covers, and how fair it is: 06:00 to 01:00 by quarter-hours.

    python -m benchmarks.workforce.schedules

Prints a table; ends with 1 where it took two minutes or longer, or where a rule is broken.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from mci_router.specs.working import ActivitySpec, BreakSpec, ShiftTemplateSpec, WorkRules
from mci_router.vocabulary import Counts
from mci_router.workforce.schedules.breaches import breaches
from mci_router.workforce.schedules.making import make
from mci_router.workforce.schedules.people import Fair, Person, Rules
from mci_router.workforce.schedules.stints import days_between, instant
from mci_router.workforce.schedules.week import Bounds, Group, Made, Week

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
AGENTS = 40
BAR_S = 120
OPENS, CLOSES = 6 * 60, 25 * 60

ACTIVITIES = {
    "contacts": ActivitySpec(name="contacts", title="Contacts"),
    "lunch": ActivitySpec(name="lunch", title="Lunch", paid=False, counts=Counts.AWAY),
}
EIGHT_HOURS = ShiftTemplateSpec(
    name="eight_hours",
    title="Eight hours and a half",
    activity="contacts",
    earliest_start=time(6),
    latest_start=time(16, 30),
    step_min=30,
    length_min=510,
    breaks=[BreakSpec(activity="lunch", length_min=30, earliest_min=180, latest_min=300)],
)


def curve(minute: int, weekend: bool) -> float:
    """Returns the shape of a day: two humps, before noon and in the evening; 1 at its highest."""
    hour = minute / 60
    shape = 0.25 + 0.75 * math.exp(-(((hour - 11) / 3) ** 2)) + 0.45 * math.exp(-(((hour - 18.5) / 2.5) ** 2))
    return shape * (0.6 if weekend else 1)


def requirement(name: str, skills: frozenset[str], peak: float, days: list[date]) -> Group:
    """Returns a group that needs agents from 06:00 to 01:00."""
    needed = {
        instant(day, minute, ZONE): max(1, round(peak * curve(minute, day.weekday() >= 5)))
        for day in days
        for minute in range(OPENS, CLOSES, 15)
    }
    return Group(name, skills, needed)


def people(days: list[date]) -> Iterator[Person]:
    """Yields the agents: all can do chat, two thirds voice, a quarter German, too."""
    rules = Rules.of(WorkRules(hours_a_week=40, days_in_a_row=5), None)
    for number in range(AGENTS):
        skills = {"chat"} | ({"voice"} if number % 3 else set()) | ({"german"} if number % 4 == 0 else set())
        able = {day: frozenset(skills) for day in days}
        yield Person(f"agent_{number:02}", rules, able, contract_hours=40)


def example(bounds: Bounds) -> Week:
    """Returns the week that is measured."""
    days = days_between(MONDAY, MONDAY + timedelta(days=6))
    groups = (
        requirement("voice", frozenset({"voice"}), 9, days),
        requirement("chat", frozenset({"chat"}), 5, days),
        requirement("german", frozenset({"german"}), 2, days),
    )
    fair = Fair.of(WorkRules())
    return Week(days[0], days[-1], ZONE, groups, tuple(people(days)), (EIGHT_HOURS,), ACTIVITIES, fair, bounds)


def broken(week: Week, made: Made) -> list[str]:
    """Returns the rules that a schedule breaks."""
    mine = defaultdict(list)
    for shift in made.shifts:
        mine[shift.agent].append(shift.pattern.stint(week.by_name[shift.group].skills))
    return [one.message for person in week.people for one in breaches(person, mine[person.name], week.zone)]


def main() -> int:
    """Prints the table. Returns 1 where the bar is missed."""
    week = example(Bounds(seconds=100, gap=0.02))
    made = make(week)
    faults = broken(week, made)
    print(f"{AGENTS} agents, {len(week.days)} days by quarter-hours, {len(made.shifts)} shifts")
    print(
        f"seconds {made.seconds:.1f} (bar {BAR_S}); gap: templates {made.gap_templates:.1%}, persons {made.gap_persons:.1%}"
    )
    print(f"{'group':8} {'required':>9} {'covered':>8} {'short':>6} {'beyond':>7}   agent hours")
    for one in made.cover:
        share = one.covered_h / one.required_h
        print(f"{one.group:8} {one.required_h:9.1f} {share:8.1%} {one.short_h:6.1f} {one.beyond_h:7.1f}")
    for kind, (fewest, most) in made.fairness.items():
        print(f"{kind} shifts an agent: {fewest} to {most}")
    print(
        f"open shifts {len(made.open)}; agents below their contract {len(made.below_contract)}; broken rules {len(faults)}"
    )
    for line in [*(one.message for one in made.relax), *made.uncovered][:10]:
        print(f"  in the way: {line}")
    return 1 if faults or made.seconds >= BAR_S else 0


if __name__ == "__main__":
    sys.exit(main())
