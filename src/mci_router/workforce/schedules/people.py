"""People: who can be planned in, by which rules, and what each is able to do on a day. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mci_router.specs.certificates import lapsed
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import AgentWork, AvailableBlock, Weekday, WorkRules, minute_of
from mci_router.values import value
from mci_router.workforce.schedules.stints import DAY, Stint, instant, weekday_of

UNBOUND = AgentWork()


@value
class Rules:
    """The rules in force for one agent: their own, and the workspace's where they have none."""

    hours_a_day: float
    hours_a_week: float
    rest_h: float
    days_in_a_row: int
    earliest_min: int | None
    """Minutes from midnight before which no shift begins."""

    @classmethod
    def of(cls, common: WorkRules, work: AgentWork | None) -> "Rules":
        """Returns the rules that hold for an agent."""
        own = work or UNBOUND
        earliest = own.earliest_start or common.earliest_start
        return cls(
            hours_a_day=own.hours_a_day or common.hours_a_day,
            hours_a_week=own.hours_a_week or common.hours_a_week,
            rest_h=common.rest_h if own.rest_h is None else own.rest_h,
            days_in_a_row=own.days_in_a_row or common.days_in_a_row,
            earliest_min=minute_of(earliest) if earliest else None,
        )


@value
class Fair:
    """What is shared out fairly: shifts that begin early, end late, or are on a weekend; minutes from midnight."""

    early_before_min: int
    late_after_min: int

    @classmethod
    def of(cls, common: WorkRules) -> "Fair":
        """Returns what a workspace shares out."""
        return cls(minute_of(common.early_before), minute_of(common.late_after))

    def kinds(self, day: date, begins_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
        """Returns which of `early`, `late` and `weekend` a shift is."""
        begins, ends = begins_at.astimezone(zone), ends_at.astimezone(zone)
        late = ends.date() > day or minute_of(ends.time()) > self.late_after_min
        found = {
            "early": minute_of(begins.time()) < self.early_before_min,
            "late": late,
            "weekend": day.weekday() >= 5,
        }
        return tuple(kind for kind, is_one in found.items() if is_one)


FAIR_KINDS = ("early", "late", "weekend")


@value
class Person:
    """An agent as schedules see them. `able` has their skills on each day; `off` is approved time off.

    `fixed` are their shifts in published schedules nearby; `had` counts the shifts of each fair kind of the weeks
    before.
    """

    name: str
    rules: Rules
    able: Mapping[date, frozenset[str]]
    available: Mapping[Weekday, tuple[tuple[int, int], ...]] | None = None
    off: tuple[tuple[datetime, datetime], ...] = ()
    fixed: tuple[Stint, ...] = ()
    had: Mapping[str, int] = field(default_factory=dict)
    contract_hours: float = 0
    prefers: frozenset[str] = frozenset()
    prefers_off: frozenset[Weekday] = frozenset()

    def able_to(self, day: date, skills: Iterable[str]) -> bool:
        """Returns whether they have all these skills on a day."""
        return self.able.get(day, frozenset()).issuperset(skills)

    def is_off(self, day: date, zone: ZoneInfo) -> bool:
        """Returns whether they have the whole of a day off."""
        begins, ends = instant(day, 0, zone), instant(day + DAY, 0, zone)
        return any(since <= begins and ends <= until for since, until in self.off)

    def is_available(self, begins_at: datetime, ends_at: datetime, day: date, zone: ZoneInfo) -> bool:
        """Returns whether a time that begins on a day lies within when they may work."""
        if self.available is None:
            return True
        blocks = sorted(
            (instant(each, begins, zone), instant(each, ends, zone))
            for each in (day - DAY, day, day + DAY)
            for begins, ends in self.available.get(weekday_of(each), ())
        )
        reached = begins_at
        for begins, ends in blocks:
            if begins <= reached < ends:
                reached = ends
        return reached >= ends_at


def able_on(snapshot: Snapshot, agent: AgentSpec, day: date) -> frozenset[str]:
    """Returns the skills that an agent has on a day: one whose certificate does not hold then is planned out.

    The one place where schedules ask for it.
    """
    configured = snapshot.of(AgentSpec).get(agent.name, agent)  # `snapshot.agents` have the skills of today alone
    skills = frozenset(has.skill for has in configured.skills)
    if not snapshot.asks_for_certificates:
        return skills
    mine = [one for one in snapshot.certificates if one.agent == agent.name]
    return skills - lapsed([configured], snapshot.skills, mine, day).get(agent.name, frozenset())


def blocks_of(
    available: Mapping[Weekday, Iterable[AvailableBlock]] | None,
) -> dict[Weekday, tuple[tuple[int, int], ...]] | None:
    """Returns when somebody may work, in minutes from each day's midnight."""
    if available is None:
        return None
    return {day: tuple(block.minutes for block in blocks) for day, blocks in available.items()}
