"""Asking: what a schedule is to be made from, as it is kept, and the week that follows from it. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from mci_router.clock import moment
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import QUARTER_MIN, ActivitySpec, ShiftTemplateSpec
from mci_router.values import value
from mci_router.workforce.schedules.people import FAIR_KINDS, UNBOUND, Fair, Person, Rules, able_on, blocks_of
from mci_router.workforce.schedules.stints import DAY, Stint, days_between, instant
from mci_router.workforce.schedules.week import Bounds, Group, Week

QUARTER = timedelta(minutes=QUARTER_MIN)
MOST_GROUPS = 50
BEFORE, NEAR = 28 * DAY, 15 * DAY
"""How far back shifts count for fairness, and how far around they count for the rules."""


class BadRequirement(ValueError):
    """A requirement cannot be what it says: which row, and why."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(f"requirement {row}: {problem}")
        self.row, self.problem = row, problem


@value
class Required:
    """A row of a requirement: so many agents with these skills, for a group, in a time."""

    begins: datetime
    ends: datetime
    group: str
    skills: tuple[str, ...]
    agents: int

    def kept(self) -> dict[str, Any]:
        """Returns it as the ledger keeps it."""
        times = {"begins": moment(self.begins), "ends": moment(self.ends)}
        return {**times, "group": self.group, "skills": list(self.skills), "agents": self.agents}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Required":
        """Returns what the ledger has kept."""
        begins, ends = (datetime.fromisoformat(row[name]) for name in ("begins", "ends"))
        return cls(begins, ends, row["group"], tuple(row["skills"]), row["agents"])


@value
class Nearby:
    """What stands around some days already, by agent: published shifts of before and after, and approved time off."""

    shifts: Mapping[str, Sequence[Stint]]
    off: Mapping[str, Sequence[tuple[datetime, datetime]]]


def groups_of(rows: Sequence[Required], begins_on: date, ends_on: date, snapshot: Snapshot) -> tuple[Group, ...]:
    """Returns the groups of a requirement. Raises BadRequirement."""
    zone = snapshot.spec.zone
    first, last = instant(begins_on, 0, zone), instant(ends_on + DAY, 12 * 60, zone)
    skills: dict[str, tuple[str, ...]] = {}
    needed: dict[str, dict[datetime, int]] = {}
    for number, row in enumerate(rows):
        if not first <= row.begins < row.ends <= last:
            raise BadRequirement(number, "is not within the schedule's days: from the first to noon behind the last")
        if len(skills) == MOST_GROUPS and row.group not in skills:
            raise BadRequirement(number, f"is of one group more than the {MOST_GROUPS} that a schedule has at most")
        if skills.setdefault(row.group, row.skills) != row.skills:
            raise BadRequirement(number, f"asks for other skills than an earlier row of the group {row.group}")
        of_group = needed.setdefault(row.group, {})
        for quarter in quarters(row.begins, row.ends):
            if quarter in of_group:
                raise BadRequirement(number, f"says for {moment(quarter)} again how many {row.group} needs")
            of_group[quarter] = row.agents
    return tuple(Group(name, frozenset(asked), needed[name]) for name, asked in sorted(skills.items()))


def quarters(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Yields the quarter-hours of a time."""
    while begins < ends:
        yield begins
        begins += QUARTER


def week_of(snapshot: Snapshot, begins_on: date, ends_on: date, asked: Mapping[str, Any], nearby: Nearby) -> Week:
    """Returns the week to be planned. Raises BadRequirement."""
    rows = [Required.of(row) for row in asked["requirement"]]
    wanted = asked.get("templates")
    templates = [one for name, one in snapshot.of(ShiftTemplateSpec).items() if wanted is None or name in wanted]
    named = asked.get("agents")
    agents = [one for name, one in snapshot.agents.items() if named is None or name in named]
    planned = [one for one in agents if (one.work or UNBOUND).scheduled]
    return Week(
        begins_on,
        ends_on,
        snapshot.spec.zone,
        groups_of(rows, begins_on, ends_on, snapshot),
        tuple(people_of(snapshot, planned, begins_on, ends_on, nearby)),
        tuple(templates),
        snapshot.of(ActivitySpec),
        Fair.of(snapshot.spec.work_rules),
        Bounds(asked["seconds"], asked["gap"]),
    )


def people_of(
    snapshot: Snapshot, agents: Iterable[AgentSpec], begins_on: date, ends_on: date, nearby: Nearby
) -> list[Person]:
    """Returns agents as schedules of some days see them."""
    agents = sorted(agents, key=lambda one: one.name)
    days = days_between(begins_on - DAY, ends_on + DAY)
    had = _had(snapshot, [one.name for one in agents], begins_on, nearby)
    return [person_of(snapshot, agent, days, nearby, had.get(agent.name, {})) for agent in agents]


def person_of(
    snapshot: Snapshot, agent: AgentSpec, days: Sequence[date], nearby: Nearby, had: Mapping[str, int] | None = None
) -> Person:
    """Returns an agent as schedules see them; `days` are those on which they may be asked for their skills."""
    work = agent.work or UNBOUND
    first, last = days[0] - NEAR, days[-1] + NEAR
    return Person(
        agent.name,
        Rules.of(snapshot.spec.work_rules, agent.work),
        {day: able_on(snapshot, agent, day) for day in days},
        blocks_of(work.available),
        tuple(nearby.off.get(agent.name, ())),
        tuple(one for one in nearby.shifts.get(agent.name, ()) if first <= one.day <= last),
        had or {},
        work.contract_hours or 0,
        frozenset(work.prefers),
        frozenset(work.prefers_off),
    )


def _had(snapshot: Snapshot, agents: Sequence[str], begins_on: date, nearby: Nearby) -> dict[str, Mapping[str, int]]:
    """Returns the shifts of each fair kind that agents had in the weeks before.

    Who had no shift at all then is taken for one of the rest: nobody pays with all late shifts for having been away.
    """
    fair, zone = Fair.of(snapshot.spec.work_rules), snapshot.spec.zone
    counts: dict[str, Counter[str]] = {}
    for name in agents:
        before = [one for one in nearby.shifts.get(name, ()) if begins_on - BEFORE <= one.day < begins_on]
        if before:
            kinds = (kind for one in before for kind in fair.kinds(one.day, one.begins_at, one.ends_at, zone))
            counts[name] = Counter(kinds)
    usual = {kind: round(sum(each[kind] for each in counts.values()) / max(1, len(counts))) for kind in FAIR_KINDS}
    return {name: counts.get(name, usual) for name in agents}
