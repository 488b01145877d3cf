"""What became of each contact, and the file that says so."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mci_router.simulation.trace import Agent, Contact


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


ContactOutcome = Answered | Abandoned


def wait_s(outcome: ContactOutcome) -> float:
    """Seconds from the arrival until the contact was answered or given up."""
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
