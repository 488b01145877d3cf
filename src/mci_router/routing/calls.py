"""Calls to the engine about a contact, and what they answer. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

from mci_router.values import value
from mci_router.vocabulary import ContactState, LeftAs

# Puts it before all else that waits, and no true wait is as long: so lines.lua knows it by that.
URGENT_CREDIT_MS = 1_000_000_000_000
PRIORITY_CREDIT_MS = 60_000  # a point of priority counts as a minute waited: age still decides, so nobody starves

# What seems to come from a machine, by its words, stands behind every customer of a day. It is still seen: words are
# never certain.
LAST_MS = 86_400_000


class Status(StrEnum):
    """The status with which a function of the engine answers."""

    OK = "ok"
    KNOWN = "known"
    GONE = "gone"
    CLOSED = "closed"
    WRONG_STATE = "wrong_state"
    UNKNOWN = "unknown"
    BUSY = "busy"
    STALE = "stale"
    LOST = "lost"
    REPLACED = "replaced"
    BUILT = "built"
    NOT_BUILT = "not_built"
    UNABLE = "unable"
    NOT_WORKING = "not_working"
    NO_ROOM = "no_room"
    FAILED = "failed"


class Whereabouts(StrEnum):
    """Where a contact was when its place was to be changed: it waits for an agent, or is served by one, and has the new
    place; it is elsewhere, or has ended; or the live state does not know it.
    """

    WAITS = "waits"
    SERVED = "served"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@value
class CallResult:
    """The status of a call, and the contact as it is after it. What does not apply is None."""

    status: Status
    contact: str | None = None
    state: ContactState | None = None
    queue: str | None = None
    agent: str | None = None
    offer: str | None = None
    assignment: str | None = None
    rung: int | None = None

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "CallResult":
        """Returns the result that a function's reply gives."""
        fields = {name: reply[name] for name in cls.__dataclass_fields__ if name in reply}
        fields["status"] = Status(reply["status"])
        if "state" in fields:
            fields["state"] = ContactState(fields["state"])
        return cls(**fields)


@value
class RelaxedStep:
    """What an agent must bring once the contact has been in line for `after_ms`: any one of the alternatives."""

    after_ms: int
    alternatives: Sequence[Sequence[Mapping[str, Any]]]


@value
class Placement:
    """A contact's place in line for an agent. Times are ms since the epoch.

    `clock_from` is when its service-level clock started: later than `enqueued_at` if its queue was closed then, earlier
    if the customer got an old place back. The agent `preferred` may take it first, until `preferred_until`. At
    `overflow_at` the overflow rules of its queue are looked at. `warm`: the agent who serves it keeps it, in its own
    queue, until an agent of the new line accepts; `transfer` names that transfer, and `instead_of` the one that it
    replaces, unless an agent has been asked by then. `passed_on`: it is not offered back at once to the agent who had
    it. `only_from`: it is moved only if it is in this state. `urgent`: it goes before all that is not.

    Entering the queue begins a segment: number `segment` (or a later one, if the live state knows of more), at
    `entered_at`, with the queue's target (`target_ms`). `left_as`: how it leaves the queue that it is in.
    """

    contact: str
    queue: str
    channel: str
    requirement: Sequence[Mapping[str, Any]]
    units: int
    enqueued_at: int
    due_at: int
    priority: int
    rung: int
    clock_from: int | None = None
    steps: Sequence[RelaxedStep] = ()
    preferred: str | None = None
    preferred_until: int | None = None
    overflow_at: int | None = None
    callback: bool = False
    warm: bool = False
    transfer: str | None = None
    instead_of: str | None = None
    passed_on: bool = False
    only_from: ContactState | None = None
    urgent: bool = False
    target_ms: int | None = None
    segment: int | None = None
    entered_at: int | None = None
    left_as: LeftAs | None = None

    def arguments(self) -> dict[str, Any]:
        """Returns what `enqueue` takes."""
        start = self.enqueued_at if self.clock_from is None else self.clock_from
        optional = {
            "preferred": self.preferred,
            "preferred_until": self.preferred_until,
            "overflow_at": self.overflow_at,
            "callback": self.callback or None,
            "warm": self.warm or None,
            "transfer": self.transfer,
            "instead_of": self.instead_of,
            "passed_on": self.passed_on or None,
            "only_from": self.only_from,
            "urgent": self.urgent or None,
            "target_ms": self.target_ms,
            "segment": self.segment,
            "entered_at": self.entered_at,
            "left_as": self.left_as,
            "steps": [{"after_ms": step.after_ms, "line": self.line(*step.alternatives)} for step in self.steps]
            or None,
        }
        return {
            "id": self.contact,
            "queue": self.queue,
            "channel": self.channel,
            "line": self.line(self.requirement),
            "units": self.units,
            "enqueued_at": self.enqueued_at,
            "due_at": self.due_at,
            "age": start - self.priority * PRIORITY_CREDIT_MS - self.urgent * URGENT_CREDIT_MS,
            "outcome": "agent",
            "rung": self.rung,
        } | {name: value for name, value in optional.items() if value is not None}

    def line(self, *requirements: Sequence[Mapping[str, Any]]) -> str:
        """Returns the line for agents who meet any one of the requirements."""
        return line_id(self.queue, self.channel, self.units, *requirements)


def line_id(queue: str, channel: str, units: int, *requirements: Sequence[Mapping[str, Any]]) -> str:
    """Returns the name of a line, whose contacts are all the same to an agent.

    It is `queue|channel|units|skill:min,…`, alternatives parted by `/`.
    """
    wanted = "/".join(
        ",".join(f"{need['skill']}:{need['min']:g}" for need in requirement) for requirement in requirements
    )
    return f"{queue}|{channel}|{units}|{wanted}"


def queue_of(line: str) -> str:
    """Returns the name of the queue that a line belongs to."""
    return line.partition("|")[0]


@value
class Due:
    """The number of timers that fired, and the contacts for which the caller has something to do.

    `rungs`: the limit of their rung has passed; `overflows`: their overflow rules are to be checked; `inactive`: they
    are parked, and their customers have been silent for too long. `next_s`: in how
    many seconds the next timer is due; None if the live state did not say.
    """

    fired: int
    rungs: Sequence[str]
    overflows: Sequence[str]
    next_s: float | None = None
    inactive: Sequence[str] = ()


@value
class LineFigures:
    """The figures from which the expected wait in a line is computed.

    `servers` counts the slots of working agents able to serve the line, each divided by the number of lines with
    contacts that its agent serves; `ready` counts those agents who have room now, `staffed` all able agents who are
    signed in. `last_waits_ms` are the last five waits of the queue. `ahead` and `waiting` count contacts of the line,
    `queue_waiting` those of the whole queue. A contact that is held for an agent first is so for `held_ms` still; that
    agent is expected to be free in `agent_ms`.
    """

    ahead: int
    waiting: int
    queue_waiting: int
    servers: float
    ready: int
    staffed: int
    handle_ms: float
    abandoned_per_s: float
    head_wait_ms: int
    last_waits_ms: Sequence[int]
    held_ms: float | None = None
    agent_ms: float | None = None

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "LineFigures":
        """Returns the figures that a function's reply gives."""
        return cls(**{"last_waits_ms": ()} | {name: reply[name] for name in cls.__dataclass_fields__ if name in reply})


@value
class Serving:
    """A contact that automation or the community serves, until `limit_at` (ms since the epoch) if it is set.

    `asking`: the customer is asked whether it may be posted, and the community does not have it yet.
    `only_from`: it is moved only if it is in this state. `left_as`: how it leaves the queue that it is in.
    """

    contact: str
    channel: str
    outcome: str
    state: ContactState
    rung: int
    limit_at: int | None
    asking: bool = False
    only_from: ContactState | None = None
    left_as: LeftAs | None = None

    def arguments(self) -> dict[str, Any]:
        """Returns what `serve` takes."""
        arguments = {
            "id": self.contact,
            "channel": self.channel,
            "outcome": self.outcome,
            "state": self.state,
            "rung": self.rung,
        }
        optional = {
            "limit_at": self.limit_at,
            "asking": self.asking or None,
            "only_from": self.only_from,
            "left_as": self.left_as,
        }
        return arguments | {name: value for name, value in optional.items() if value is not None}


@value
class Settlement:
    """A contact that ends as it comes: nothing has to serve it. The journal says `why`.

    `address_event`: what the contact changes about the address it came by, journalled in the same step; the address is
    `customer`'s.
    """

    contact: str
    channel: str
    outcome: str
    rung: int
    why: str
    customer: str
    address_event: str | None = None

    def arguments(self) -> dict[str, Any]:
        """Returns what `settle` takes."""
        arguments = {
            "id": self.contact,
            "channel": self.channel,
            "outcome": self.outcome,
            "rung": self.rung,
            "why": self.why,
        }
        return arguments | (
            {"address_event": self.address_event, "customer": self.customer} if self.address_event else {}
        )


ContactCall: TypeAlias = Placement | Serving | Settlement
"""What brings a contact into the live state, or moves it there to another rung."""
