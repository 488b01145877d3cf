"""Queues: which contacts they take, their service level, and what they do to keep it."""

from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.acknowledging import AcknowledgeOrNot
from mci_router.specs.base import CALENDAR, TIER, Name, Reference, SkillRequirement, Spec, Text, refers
from mci_router.specs.costs import CostPerHour
from mci_router.specs.moments import CalendarDay, LocalTime
from mci_router.specs.serving import AutoAccept, Gather, Inactivity, InactivityMessage, MostWrapUp, ReturnToAgent
from mci_router.specs.zones import Timezone
from mci_router.storable import StorableInt
from mci_router.vocabulary import AgentChoice, Cell, Channel, PreferredAgent


class HoursBlock(Spec):
    """One open block of a day, local time, `open` included and `close` not.

    Closing at 00:00 is at the end of the day.
    """

    open: LocalTime
    close: LocalTime

    @model_validator(mode="after")
    def forward(self) -> Self:
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError("is in the time zone of its hours: write times without an offset")
        if self.close <= self.open and not self.to_midnight:
            raise ValueError("closes before it opens: split a block that passes midnight into two days")
        return self

    @property
    def to_midnight(self) -> bool:
        return self.close == time(0)


class OpenHours(Spec):
    """When a queue is open. Its service-level clock stands still outside these blocks."""

    timezone: Annotated[Timezone, Field(description="IANA name.", examples=["Europe/Berlin"])]
    week: Annotated[
        dict[
            Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Annotated[list[HoursBlock], Field(max_length=24)]
        ],
        Field(description="Blocks of each day; a day not named is closed."),
    ]
    holidays: Annotated[list[CalendarDay], Field(max_length=200, description="Days closed in spite of the week.")] = []
    calendars: Annotated[
        list[Name], Field(max_length=20, description="The workspace's holiday calendars that apply, too.")
    ] = []

    @model_validator(mode="after")
    def no_overlap(self) -> Self:
        for day, blocks in self.week.items():
            ordered = sorted(blocks, key=lambda block: block.open)
            if any(earlier.to_midnight or later.open < earlier.close for earlier, later in pairwise(ordered)):
                raise ValueError(f"has blocks on {day} that overlap: make them one")
        return self

    @model_validator(mode="after")
    def open_sometimes(self) -> Self:
        if not any(self.week.values()):
            raise ValueError(
                "has no open block in the week: name at least one, or leave the hours out to be always open"
            )
        return self


class WhenClosed(Spec):
    """What happens to a contact that comes while its queue is closed.

    `message` is for its customer, whatever the action.
    """

    action: Annotated[
        Literal["hold", "serve", "queue", "community"],
        Field(
            description="hold: it waits until the queue opens; "
            "serve: only the clock stands still, and any agent at work may serve it; "
            "queue: another takes it; community: it is posted, unless sensitive."
        ),
    ] = "hold"
    queue: Name | None = None
    message: Annotated[str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)] = None

    @model_validator(mode="after")
    def names_its_queue(self) -> Self:
        if (self.action == "queue") != (self.queue is not None):
            raise ValueError("names a queue if, and only if, its action is queue")
        return self


class ServiceLevel(Spec):
    """The share of contacts (`goal`) to be answered within `target_s` seconds.

    Only the queue's open hours count, if it has any.
    """

    goal: Annotated[float, Field(gt=0, lt=1, description="Share to be answered in time.", examples=[0.8])]
    target_s: Annotated[float, Field(gt=0, le=30 * 86_400, description="Seconds.", examples=[20])]


class RelaxationStep(Spec):
    """After `after_s` in line a contact asks less of an agent: one of `lower`, `drop` or `widen`.

    Steps add up, in order.
    """

    after_s: Annotated[
        float, Field(ge=0, le=30 * 86_400, description="Seconds in line in this queue, without any talk between.")
    ]
    lower: Annotated[SkillRequirement | None, Field(description="This skill's minimum becomes this.")] = None
    drop: Annotated[Name | None, Field(description="This skill is no longer asked for.")] = None
    widen: Annotated[Name | None, Field(description="Agents able to serve this queue will do, too.")] = None

    @model_validator(mode="after")
    def one_thing(self) -> Self:
        if sum(choice is not None for choice in (self.lower, self.drop, self.widen)) != 1:
            raise ValueError("needs exactly one of lower, drop and widen")
        if self.drop == TIER or (self.lower and self.lower.skill == TIER):
            raise ValueError("cannot touch the tier: widen to a queue of a lower tier instead")
        return self


class OverflowRule(Spec):
    """When every limit named is passed, a waiting contact goes elsewhere or is offered a callback.

    The first such rule acts.
    """

    wait_s: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="It has waited in this queue for as long.")
    ] = None
    expected_wait_s: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="It is expected to wait longer.")
    ] = None
    waiting: Annotated[int | None, Field(ge=1, le=1_000_000, description="As many contacts wait in the queue.")] = None
    staffed_below: Annotated[int | None, Field(ge=1, le=100_000, description="Fewer able agents are signed in.")] = None
    to_queue: Annotated[Name | None, Field(description="It moves to this queue, with its original age.")] = None
    to_community: Annotated[bool, Field(description="It is posted to the community, unless it is sensitive.")] = False
    widen: Annotated[Name | None, Field(description="Agents able to serve this queue will do, too.")] = None
    offer_callback: Annotated[bool, Field(description="The customer is offered to be called back.")] = False

    @model_validator(mode="after")
    def complete(self) -> Self:
        if all(limit is None for limit in (self.wait_s, self.expected_wait_s, self.waiting, self.staffed_below)):
            raise ValueError("needs at least one of wait_s, expected_wait_s, waiting and staffed_below")
        if sum(map(bool, (self.to_queue, self.to_community, self.widen, self.offer_callback))) != 1:
            raise ValueError("needs exactly one of to_queue, to_community, widen and offer_callback")
        return self


class QueueSpec(Spec):
    """A queue: which contacts it takes, its service level, and what its contacts ask of an agent.

    Contacts that no topic or rung sends to a named queue go to the first queue (lowest `position`) that takes their
    channel, their cell and their customer; what no queue takes goes to the catch-all queue, of which each workspace has
    one.
    """

    name: Name
    title: Annotated[Text | None, Field(description="What people read; null: the name, as words.")] = None
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    position: Annotated[int, Field(ge=0, le=10_000, description="Order in which queues are tried.")] = 100
    channels: Annotated[list[Channel], Field(max_length=100, description="Channels taken; empty: all.")] = []
    cells: Annotated[list[Cell], Field(max_length=100, description="Cells taken; empty: all.")] = []
    customer: Annotated[
        dict[str, str | bool | StorableInt],
        Field(max_length=10, description="Attributes the customer must have.", examples=[{"vip": True}]),
    ] = {}
    catch_all: Annotated[
        bool,
        Field(
            description="Takes what no other queue takes, and nothing else that is not sent to it by name. "
            "One queue of a workspace."
        ),
    ] = False
    service_level: ServiceLevel
    hours: OpenHours | None = None
    when_closed: WhenClosed = WhenClosed()
    tier: Annotated[int, Field(ge=1, le=5, description="Only agents of this tier or above serve it.")] = 1
    skills: Annotated[list[SkillRequirement], Field(max_length=20)] = []
    units: Annotated[int, Field(ge=1, le=100, description="Units of an agent's capacity that one contact takes.")] = 1
    offer_timeout_s: Annotated[float, Field(gt=0, le=3_600, description="Time an agent has to accept.")] = 20
    auto_accept_s: AutoAccept = None
    gather_s: Gather = 0
    wrap_up_s: Annotated[
        float | None,
        Field(ge=0, le=7_200, description="Longest wrap-up after a contact; 0: none; null: until the agent is done."),
    ] = 0
    weight: Annotated[
        float, Field(gt=0, le=100, description="How much its service level counts against the others'.")
    ] = 1
    deferrable: Annotated[
        bool, Field(description="Its customers do not wait on the line: agents are kept ready for others.")
    ] = False
    interruptible: Annotated[bool, Field(description="An agent may be called away from its contacts to live ones.")] = (
        False
    )
    most_per_agent: Annotated[
        int | None,
        Field(
            ge=1, le=50, description="Contacts of it that an agent may have at once, in wrap-up too; null: no limit."
        ),
    ] = None
    agent_choice: Annotated[AgentChoice, Field(description="How to choose among able agents with room.")] = (
        AgentChoice.SERVICE_LEVEL
    )
    preferred_agent: Annotated[PreferredAgent, Field(description="Who may take a customer's contact first.")] = (
        PreferredAgent.NOBODY
    )
    preferred_wait_s: Annotated[
        float, Field(gt=0, le=86_400, description="How long it waits for the preferred agent.")
    ] = 30
    relaxation: Annotated[list[RelaxationStep], Field(max_length=10)] = []
    overflow: Annotated[list[OverflowRule], Field(max_length=10)] = []
    most_waiting: Annotated[
        int, Field(ge=1, le=1_000_000, description="Once so many wait, what comes goes to the catch-all queue.")
    ] = 100_000
    return_window_s: Annotated[
        float,
        Field(
            ge=0,
            le=86_400,
            description="A customer who left the line and returns within it gets the old place; 0: never.",
        ),
    ] = 0
    most_wrap_up_s: MostWrapUp = 600
    return_to_agent_s: ReturnToAgent = 60
    inactivity_s: Inactivity = None
    inactivity_message: InactivityMessage = {}
    acknowledge: AcknowledgeOrNot = None
    cost_per_hour: CostPerHour = None
    expected_handle_s: Annotated[
        float, Field(gt=0, le=86_400, description="Handle time until enough contacts were handled.")
    ] = 300

    @field_validator("relaxation")
    @classmethod
    def in_time_order(cls, value: list[RelaxationStep]) -> list[RelaxationStep]:
        if any(later.after_s < earlier.after_s for earlier, later in pairwise(value)):
            raise ValueError("has a step that comes before the one it follows: put them in the order of after_s")
        return value

    @model_validator(mode="after")
    def sends_elsewhere(self) -> Self:
        """Raises ValueError for a queue that sends its contacts to itself."""
        overflows = (rule.to_queue or rule.widen for rule in self.overflow)
        targets = (self.when_closed.queue, *(step.widen for step in self.relaxation), *overflows)
        if self.name and self.name in targets:
            raise ValueError("sends its contacts to itself: name another queue")
        return self

    @model_validator(mode="after")
    def accepts_before_the_offer_expires(self) -> Self:
        if self.auto_accept_s is not None and self.auto_accept_s >= self.offer_timeout_s:
            raise ValueError("has an auto_accept_s that is not below its offer_timeout_s: the offer would expire first")
        return self

    @model_validator(mode="after")
    def a_catch_all_takes_everything(self) -> Self:
        if self.catch_all and (self.channels or self.cells or self.customer):
            raise ValueError("is the catch-all, so it names no channels, cells or customer")
        return self

    @model_validator(mode="after")
    def only_deferrable_work_is_interrupted(self) -> Self:
        if self.interruptible and not self.deferrable:
            raise ValueError("is interruptible, so it must be deferrable")
        return self

    def references(self) -> Iterator[Reference]:
        """Yields skills, queues and calendars."""
        for number, need in enumerate(self.skills):
            yield from refers("skill", need.skill, "skills", number, "skill")
        yield from refers("queue", self.when_closed.queue, "when_closed", "queue")
        for number, name in enumerate(self.hours.calendars if self.hours else ()):
            yield from refers(CALENDAR, name, "hours", "calendars", number)
        for number, step in enumerate(self.relaxation):
            yield from refers("skill", step.lower.skill if step.lower else None, "relaxation", number, "lower", "skill")
            yield from refers("skill", step.drop, "relaxation", number, "drop")
            yield from refers("queue", step.widen, "relaxation", number, "widen")
        for number, rule in enumerate(self.overflow):
            yield from refers("queue", rule.to_queue, "overflow", number, "to_queue")
            yield from refers("queue", rule.widen, "overflow", number, "widen")
