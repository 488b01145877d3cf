"""What the clients saw, and what the books say: plain data, for plain checks."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Post:
    """One contact that an adapter had to deliver; times are seconds of the client's own clock."""

    number: int
    sent: float
    channel: str
    topic: str
    answered: float | None = None
    contact: str | None = None
    others: list[str] = field(default_factory=list)
    """Ids that repeats of the same request were answered with, when they differ from the first."""
    statuses: list[int] = field(default_factory=list)
    unanswered: int = 0
    """Requests that were sent whole and whose connection ended without an answer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that a desk was sent. `chain` counts the times that the desk began from nothing."""

    at: float
    chain: int
    seq: int | None
    type: str
    data: dict[str, Any]


@dataclass
class Heard:
    """All that one desk has heard."""

    agent: str
    frames: list[Frame] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)
    """Assignments whose acceptance was acknowledged, and when."""
    closes: list[tuple[float, int]] = field(default_factory=list)
    failures: int = 0
    """Times that the router closed it because it had failed (1011, `internal_error`)."""
    refused: list[tuple[float, int]] = field(default_factory=list)
    """Handshakes that were refused: when, and the status."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A contact as one account has it; `number` is the one that its adapter gave it."""

    state: str
    agent: str | None
    assignment: str | None
    number: int = -1


@dataclass(frozen=True, slots=True)
class Room:
    """What an agent may hold at once."""

    units: int
    channels: dict[str, int]


@dataclass
class Books:
    """Every account of one workspace, read at rest."""

    ledger: dict[str, Kept]
    live: dict[str, Kept]
    events: list[dict[str, Any]]
    """The ledger's, in order."""
    journal: list[dict[str, Any]]
    """What the stream still has, in order."""
    offers: dict[str, str]
    """State by id."""
    holds: dict[str, list[str]]
    """By agent, the contacts that the live state says it holds."""
    waiting: int
    """As the live state's queues count it."""
    reports: list[str]
    """Where reports do not say what segments and contacts say."""
