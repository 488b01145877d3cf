"""What the engine is told of a contact, and what it answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mci_router.vocabulary import ContactState

URGENT_CREDIT_MS = 1_000_000_000_000  # before whatever else waits, and told from every wait; lines.lua takes it back out of figures
PRIORITY_CREDIT_MS = 60_000  # a point of priority counts as a minute waited: age still decides, so nobody starves

LAST_MS = 86_400_000  # what words make a machine stands behind every customer of a day, and is still seen: nobody's words are certain


class Status(StrEnum):
    """What a function answers."""

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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands after a function has run; all but the status are None where it does not apply."""

    status: Status
    contact: str | None = None
    state: ContactState | None = None
    queue: str | None = None
    agent: str | None = None
    offer: str | None = None
    assignment: str | None = None
    rung: int | None = None


@dataclass(frozen=True, slots=True)
class RelaxedStep:
    """What is asked of an agent from `after_ms` in line on: any one of the requirements."""

    after_ms: int
    alternatives: Sequence[Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Placement:
    """A contact on its way to an agent. Times are ms since the epoch.

    `clock_from` is when its service-level clock started: later than `enqueued_at` if its queue was closed then, earlier if the customer
    got an old place back. `preferred` may take it first until `preferred_until`. `overflow_at` is when its queue's overflow rules are
    to be looked at. `warm`: whoever serves it keeps it until somebody of the line accepts.
    `passed_on`: it is not offered back at once to whoever has it. `only_from`: it is moved only if it is in this state.
    `urgent`: it goes before all that is not.
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
    passed_on: bool = False
    only_from: ContactState | None = None
    urgent: bool = False

    def arguments(self) -> dict[str, Any]:
        """What `enqueue` takes."""
        start = self.enqueued_at if self.clock_from is None else self.clock_from
        optional = {
            "preferred": self.preferred,
            "preferred_until": self.preferred_until,
            "overflow_at": self.overflow_at,
            "callback": self.callback or None,
            "warm": self.warm or None,
            "passed_on": self.passed_on or None,
            "only_from": self.only_from,
            "urgent": self.urgent or None,
            "steps": [{"after_ms": step.after_ms, "line": self.line(*step.alternatives)} for step in self.steps] or None,
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
        return line_id(self.queue, self.channel, self.units, *requirements)


def line_id(queue: str, channel: str, units: int, *requirements: Sequence[Mapping[str, Any]]) -> str:
    """The line of contacts that are interchangeable to every agent: `queue|channel|units|skill:min,…`, alternatives parted by `/`."""
    wanted = "/".join(",".join(f"{need['skill']}:{need['min']:g}" for need in requirement) for requirement in requirements)
    return f"{queue}|{channel}|{units}|{wanted}"


@dataclass(frozen=True, slots=True)
class Due:
    """What timers did: how many fired, and the contacts whose rung's limit has passed or whose overflow rules are to be looked at."""

    fired: int
    rungs: Sequence[str]
    overflows: Sequence[str]


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What the expected wait in a line is reckoned from.

    `servers` counts slots of the working agents able to serve the line, each divided by the lines with contacts that its agent serves;
    `ready` are those with room now, `staffed` all able agents who are signed in. `last_waits_ms` are the queue's last five. `waiting`
    counts the line, `queue_waiting` the whole queue.
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

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "LineFigures":
        return cls(**{name: reply.get(name, ()) for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Hold:
    """A contact that automation or the community serves, until `limit_at` (ms since the epoch) if it is set.

    `asking`: the customer is asked whether it may be posted, and the community does not have it yet.
    `only_from`: it is moved only if it is in this state.
    """

    contact: str
    channel: str
    outcome: str
    state: ContactState
    rung: int
    limit_at: int | None
    asking: bool = False
    only_from: ContactState | None = None

    def arguments(self) -> dict[str, Any]:
        """What `hold` takes."""
        arguments = {
            "id": self.contact,
            "channel": self.channel,
            "outcome": self.outcome,
            "state": self.state,
            "rung": self.rung,
        }
        optional = {"limit_at": self.limit_at, "asking": self.asking or None, "only_from": self.only_from}
        return arguments | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Settlement:
    """A contact that ends as it comes: nothing has to serve it. `why` is told in the journal.

    `address_event`: what the contact changes about the address it came by, journalled in the same step; `customer` is whose it is.
    """

    contact: str
    channel: str
    outcome: str
    rung: int
    why: str
    customer: str
    address_event: str | None = None

    def arguments(self) -> dict[str, Any]:
        """What `settle` takes."""
        arguments = {"id": self.contact, "channel": self.channel, "outcome": self.outcome, "rung": self.rung, "why": self.why}
        return arguments | ({"address_event": self.address_event, "customer": self.customer} if self.address_event else {})


def standing_of(reply: Mapping[str, Any]) -> Standing:
    fields = {name: reply[name] for name in Standing.__dataclass_fields__ if name in reply}
    fields["status"] = Status(reply["status"])
    if "state" in fields:
        fields["state"] = ContactState(fields["state"])
    return Standing(**fields)
