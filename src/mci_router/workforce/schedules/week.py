"""A week to be planned: what is required when, of whom, and within which bounds; and what comes of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from mci_router.specs.working import ActivitySpec, ShiftTemplateSpec
from mci_router.values import value
from mci_router.workforce.schedules.breaches import Breach
from mci_router.workforce.schedules.patterns import Pattern
from mci_router.workforce.schedules.people import Fair, Person
from mci_router.workforce.schedules.stints import days_between


@value
class Group:
    """A group of the requirement: its name, the skills that it asks for, and agents needed by quarter-hour."""

    name: str
    skills: frozenset[str]
    needed: Mapping[datetime, int]


@value
class Bounds:
    """The bounds of the solver: seconds in all, and the gap that is good enough."""

    seconds: float = 60
    gap: float = 0.02


@dataclass(frozen=True)
class Week:
    """What a schedule is made from. Days are local, both ends among them; moments are in UTC."""

    begins_on: date
    ends_on: date
    zone: ZoneInfo
    groups: tuple[Group, ...]
    people: tuple[Person, ...]
    templates: tuple[ShiftTemplateSpec, ...]
    activities: Mapping[str, ActivitySpec]
    fair: Fair
    bounds: Bounds = field(default_factory=Bounds)

    @cached_property
    def days(self) -> list[date]:
        """Its days."""
        return days_between(self.begins_on, self.ends_on)

    @cached_property
    def by_name(self) -> dict[str, Group]:
        """Its groups, by name."""
        return {group.name: group for group in self.groups}


@value
class Assigned:
    """A pattern that an agent works for a group."""

    agent: str
    group: str
    pattern: Pattern


@value
class Open:
    """A shift that nobody could be given within the rules."""

    group: str
    day: date
    begins_at: datetime
    ends_at: datetime


@value
class Cover:
    """The cover of a group's requirement, in agent hours: asked for, covered, short of it, and beyond it."""

    group: str
    required_h: float
    covered_h: float
    short_h: float
    beyond_h: float


@value
class Made:
    """A schedule as the solver has made it.

    `relax` are the rules of which the least have to give way for the requirement to be met; `uncovered` is what no
    template covers. `fairness` has by kind of shift the fewest and the most that an agent has.
    """

    shifts: Sequence[Assigned]
    cover: Sequence[Cover]
    open: Sequence[Open] = ()
    relax: Sequence[Breach] = ()
    uncovered: Sequence[str] = ()
    fairness: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    below_contract: Mapping[str, float] = field(default_factory=dict)
    gap_templates: float = 0
    gap_persons: float = 0
    seconds: float = 0
