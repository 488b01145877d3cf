"""What became of each contact, and the file that says so."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mci_router.simulation.trace import Agent, Contact, Incident


@dataclass(frozen=True, slots=True)
class Answered:
    """An agent served it. Times in ms since the start of the day."""

    contact: Contact
    agent: Agent
    start_ms: int
    end_ms: int

    @property
    def left_ms(self) -> int:
        """When it left the line."""
        return self.start_ms

    def record(self) -> dict[str, Any]:
        """The line of the outcome file; times in seconds."""
        return {"id": self.contact.id, "agent": self.agent.id, "start": self.start_ms / 1000, "end": self.end_ms / 1000}


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The customer left. Times in ms since the start of the day."""

    contact: Contact
    left_ms: int

    def record(self) -> dict[str, Any]:
        """The line of the outcome file; times in seconds."""
        return {"id": self.contact.id, "abandoned_at": self.left_ms / 1000}


LineOutcome = Answered | Abandoned


@dataclass(frozen=True, slots=True)
class Informed:
    """An incident answered it when it came, with no agent. `still_broken` is what became of it if it came again after the fix.

    The contact of that is the same, but for its arrival: when it said that it is still broken.
    """

    contact: Contact
    incident: Incident
    informed_ms: int
    still_broken: LineOutcome | None = None

    def record(self) -> dict[str, Any]:
        """The line of the outcome file; times in seconds."""
        told: dict[str, Any] = {"id": self.contact.id, "deflected_at": self.informed_ms / 1000}
        if (again := self.still_broken) is not None:
            rest = {name: value for name, value in again.record().items() if name != "id"}
            told["still_broken"] = {"t": again.contact.t, **rest}
        return told


ContactOutcome = LineOutcome | Informed


def in_line(outcomes: Iterable[ContactOutcome]) -> Iterator[LineOutcome]:
    """What became of those who went into line, from when they did: whom an incident informed is among them only if it came again."""
    for outcome in outcomes:
        stood = outcome.still_broken if isinstance(outcome, Informed) else outcome
        if stood is not None:
            yield stood


def wait_s(outcome: LineOutcome) -> float:
    """Seconds from the arrival until an agent answered or the customer left."""
    return max(0.0, outcome.left_ms / 1000 - outcome.contact.t)


def write(path: Path, outcomes: Iterable[ContactOutcome]) -> None:
    """Writes the whole file or none of it: one JSON object a line, in order of arrival."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(outcome.record())}\n" for outcome in outcomes)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
