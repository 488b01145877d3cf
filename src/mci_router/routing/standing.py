"""What the engine is told of a contact, and what it answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mci_router.vocabulary import ContactState

PRIORITY_CREDIT_MS = 60_000  # a point of priority counts as a minute waited: age still decides, so nobody starves


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
class Placement:
    """A contact on its way to an agent. Times are ms since the epoch."""

    contact: str
    queue: str
    channel: str
    requirement: Sequence[Mapping[str, Any]]
    units: int
    enqueued_at: int
    due_at: int
    priority: int
    rung: int

    def arguments(self) -> dict[str, Any]:
        """What `enqueue` takes."""
        wanted = ",".join(f"{need['skill']}:{need['min']}" for need in self.requirement)
        return {
            "id": self.contact,
            "queue": self.queue,
            "channel": self.channel,
            "requirement": list(self.requirement),
            "line": f"{self.queue}|{self.channel}|{self.units}|{wanted}",
            "units": self.units,
            "enqueued_at": self.enqueued_at,
            "due_at": self.due_at,
            "credit_ms": self.priority * PRIORITY_CREDIT_MS,
            "outcome": "agent",
            "rung": self.rung,
        }


@dataclass(frozen=True, slots=True)
class Hold:
    """A contact that automation or the community serves, until `limit_at` (ms since the epoch) if it is set."""

    contact: str
    channel: str
    outcome: str
    state: ContactState
    rung: int
    limit_at: int | None

    def arguments(self) -> dict[str, Any]:
        """What `hold` takes."""
        arguments = {
            "id": self.contact,
            "channel": self.channel,
            "outcome": self.outcome,
            "state": self.state,
            "rung": self.rung,
        }
        return arguments | ({"limit_at": self.limit_at} if self.limit_at is not None else {})


def standing_of(reply: Mapping[str, Any]) -> Standing:
    fields = {name: reply[name] for name in Standing.__dataclass_fields__ if name in reply}
    fields["status"] = Status(reply["status"])
    if "state" in fields:
        fields["state"] = ContactState(fields["state"])
    return Standing(**fields)
