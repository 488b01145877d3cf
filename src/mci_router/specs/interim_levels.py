"""Interim service levels: what customers are promised for some days, by class, instead of what their queues aim at."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Annotated, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Reference, Spec, Text, refers
from mci_router.specs.moments import CalendarDay
from mci_router.specs.queues import OpenHours
from mci_router.vocabulary import Channel

MOST_DAYS = 730
ClassName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"),
    Field(description="Its name among the classes.", examples=["P1"]),
]


class InterimClass(Spec):
    """A class of contacts, and by when each of them is answered. What is left empty does not matter."""

    name: ClassName
    title: Annotated[Text | None, Field(description="What people read; null: the name.")] = None
    priority_from: Annotated[int, Field(ge=0, le=10, description="Contacts of this `priority` and above.")] = 0
    topics: Annotated[list[Name], Field(max_length=100, description="Empty: all.")] = []
    channels: Annotated[list[Channel], Field(max_length=len(Channel), description="Empty: all.")] = []
    within_s: Annotated[
        float, Field(gt=0, le=30 * 86_400, description="Seconds from joining the queue to an agent's answer.")
    ]
    hours: Annotated[OpenHours | None, Field(description="Only this time counts. Null: day and night.")] = None
    goal: Annotated[float, Field(gt=0, lt=1, description="Share to be answered in time.")] = 0.9

    @model_validator(mode="after")
    def own_holidays(self) -> Self:
        if self.hours and self.hours.calendars:
            raise ValueError("names holiday calendars, which are for queues: write the days in holidays")
        return self

    @property
    def takes_all(self) -> bool:
        """Whether every contact is of it that is of no class before."""
        return not (self.priority_from or self.topics or self.channels)

    def takes(self, priority: int, topic: str | None, channel: Channel) -> bool:
        """Returns whether a contact is of it."""
        return (
            priority >= self.priority_from
            and (not self.topics or topic in self.topics)
            and (not self.channels or channel in self.channels)
        )


class InterimServiceLevelSpec(Spec):
    """What holds from `begins_on` to `ends_on`, both days of the workspace's zone and both included.

    A contact that joins one of the queues in that time is due by the first class that takes it; one of no class, and
    one that joins before or afterwards, by its queue's service level.
    """

    name: Name
    title: Annotated[Text | None, Field(description="What people read; null: the name, as words.")] = None
    begins_on: Annotated[CalendarDay, Field(description="The first day.", examples=["2026-12-01"])]
    ends_on: Annotated[CalendarDay, Field(description="The last day.", examples=["2027-02-28"])]
    queues: Annotated[list[Name], Field(max_length=1_000, description="Empty: all.")] = []
    classes: Annotated[list[InterimClass], Field(min_length=1, max_length=20, description="The first that fits.")]

    @model_validator(mode="after")
    def some_days(self) -> Self:
        if self.ends_on < self.begins_on:
            raise ValueError("ends before it begins: put ends_on on the same day or later")
        if self.ends_on - self.begins_on >= timedelta(days=MOST_DAYS):
            raise ValueError(f"lasts longer than {MOST_DAYS} days: what stays is the queue's own service_level")
        if not self.begins_on.year >= 1970 or self.ends_on.year >= 2200:
            raise ValueError("is not between the years 1970 and 2199")
        return self

    @model_validator(mode="after")
    def every_class_is_reached(self) -> Self:
        names = [one.name for one in self.classes]
        if len(set(names)) < len(names):
            raise ValueError("has two classes of one name: give each its own")
        for before, after in combinations(self.classes, 2):
            if before.takes_all:
                raise ValueError(f"has class {after.name} behind {before.name}, which takes everything: put it before")
        return self

    def references(self) -> Iterator[Reference]:
        for number, queue in enumerate(self.queues):
            yield from refers("queue", queue, "queues", number)
        for place, one in enumerate(self.classes):
            for number, topic in enumerate(one.topics):
                yield from refers("topic", topic, "classes", place, "topics", number)

    def period(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Returns from when until when it holds (aware): the beginnings of its first day and of the day after it."""
        after = self.ends_on + timedelta(days=1)
        return datetime.combine(self.begins_on, time(0), zone), datetime.combine(after, time(0), zone)

    def holds_on(self, day: date) -> bool:
        """Returns whether it holds on a day of the workspace's zone."""
        return self.begins_on <= day <= self.ends_on

    def holds_for(self, queue: str) -> bool:
        """Returns whether it is about a queue."""
        return not self.queues or queue in self.queues

    def meets(self, other: "InterimServiceLevelSpec") -> bool:
        """Returns whether both would hold for a contact of some queue on some day."""
        same_days = self.begins_on <= other.ends_on and other.begins_on <= self.ends_on
        return same_days and bool(not self.queues or not other.queues or set(self.queues) & set(other.queues))


class InterimLevel(NamedTuple):
    """The interim service level that holds for a contact, and its class there."""

    level: InterimServiceLevelSpec
    of: InterimClass

    def data(self) -> dict[str, str | float]:
        """Returns it as a decision keeps it."""
        return {
            "level": self.level.name,
            "class_name": self.of.name,
            "within_s": self.of.within_s,
            "goal": self.of.goal,
        }

    def reason(self) -> str:
        """Returns in words that it holds."""
        hours = f"{self.of.within_s / 3_600:g} h" if self.of.within_s >= 3_600 else f"{self.of.within_s:g} s"
        open_only = ", its hours only" if self.of.hours else ""
        return f"interim service level {self.level.name}, class {self.of.name}: due within {hours}{open_only}"


def interim_level(
    levels: Mapping[str, InterimServiceLevelSpec],
    zone: ZoneInfo,
    queue: str,
    *,
    priority: int,
    topic: str | None,
    channel: Channel,
    at: datetime,
) -> InterimLevel | None:
    """Returns what holds for a contact that joins a queue at a moment (aware); None: the queue's own level. Pure."""
    day = at.astimezone(zone).date()
    for level in levels.values():
        if level.holds_on(day) and level.holds_for(queue):
            of = next((one for one in level.classes if one.takes(priority, topic, channel)), None)
            return InterimLevel(level, of) if of else None
    return None
