"""A staffing problem: a day's demand, its queues and the groups of agents who could serve them. Pure.

It is all that a worker needs: the process that plays the days has no ledger.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from functools import cached_property
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from mci_router.lazy_schemas import LazyModel
from mci_router.specs.queues import QueueSpec
from mci_router.vocabulary import Channel, LineChoice

INTERVAL_S = 900
MOST_INTERVALS = 100  # a day of 25 hours
MOST_QUEUES, MOST_GROUPS, MOST_AGENTS, MOST_CONTACTS = 50, 50, 500, 50_000
MOST_AT_WORK = 4 * MOST_AGENTS  # whom the contacts of a quarter-hour would keep busy: some can wait

Plan: TypeAlias = Mapping[str, Sequence[int]]
"""Agents on duty by group, one number an interval. Those of a group come first come, last leave: the third is there
whenever at least three are."""


class Value(LazyModel):
    """What workers and the service tell each other: nothing is changed, and nothing unknown is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(Value):
    """Agents who are the same to the engine: their skills and their capacity. `employed` is how many there are."""

    name: str
    abilities: Mapping[str, int]
    units: int
    channels: Mapping[Channel, int]
    queues: Mapping[str, int] = {}
    employed: int = 0


class Demand(Value):
    """What comes to a queue on a channel in one interval, numbered from the day's beginning.

    `low` and `high` are the forecast's band of 80 %, if it has one.
    """

    queue: str
    channel: Channel
    interval: int
    arrivals: float
    aht_s: float
    low: float | None = None
    high: float | None = None


class Problem(Value):
    """A day to be staffed.

    `patience_s` is each queue's mean; a queue that is not named has customers who never leave. `absence` is the share
    of their time on duty in which agents are not available. `handle_spread` is the standard deviation of handle times
    ÷ their mean; `day_spread` that of a whole day's volume.
    """

    begins: datetime
    intervals: Annotated[int, Field(ge=1, le=MOST_INTERVALS)]
    queues: Annotated[list[QueueSpec], Field(min_length=1, max_length=MOST_QUEUES)]
    groups: Annotated[list[Group], Field(min_length=1, max_length=MOST_GROUPS)]
    demand: list[Demand]
    line_choice: LineChoice = LineChoice.SERVICE_LEVEL
    shorter_first: float = 0.5
    short_abandon_s: float = 5.0
    patience_s: Mapping[str, float] = {}
    absence: Annotated[float, Field(ge=0, le=0.8)] = 0.0
    handle_spread: Annotated[float, Field(ge=0, le=5)] = 1.25
    day_spread: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    plain: bool = False

    @cached_property
    def _queues(self) -> Mapping[str, QueueSpec]:
        return {queue.name: queue for queue in self.queues}

    @cached_property
    def _channels(self) -> Mapping[str, Set[Channel]]:
        """The channels of each queue's demand."""
        found = defaultdict[str, set[Channel]](set)
        for row in self.demand:
            found[row.queue].add(row.channel)
        return found

    def queue(self, name: str) -> QueueSpec:
        return self._queues[name]

    def serves(self, group: Group, queue: QueueSpec) -> bool:
        """Returns whether agents of a group may be given a queue's contacts, on a channel of its demand."""
        skilled = group.abilities.get("tier", 1) >= queue.tier and all(
            group.abilities.get(need.skill, 0) >= need.min for need in queue.skills
        )
        if not skilled or queue.units > group.units:
            return False
        return not self._channels.get(queue.name, frozenset()).isdisjoint(group.channels)

    def empty_plan(self) -> dict[str, list[int]]:
        return {group.name: [0] * self.intervals for group in self.groups}


def agent_hours(plan: Plan) -> float:
    """Returns the hours on duty of all agents."""
    return sum(map(sum, plan.values())) * INTERVAL_S / 3600
