"""Outcomes: what happened to each contact, and the file with the results."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mci_router.simulation.trace import TraceAgent, TraceContact, TraceIncident
from mci_router.values import value


@value
class Answered:
    """An agent served the contact. Times in ms since the start of the day."""

    contact: TraceContact
    agent: TraceAgent
    start_ms: int
    end_ms: int

    @property
    def left_ms(self) -> int:
        """The time at which the contact left the line."""
        return self.start_ms

    def record(self) -> dict[str, Any]:
        """Returns the line of the outcome file; times in seconds."""
        return {"id": self.contact.id, "agent": self.agent.id, "start": self.start_ms / 1000, "end": self.end_ms / 1000}


@value
class Abandoned:
    """The customer left. Times in ms since the start of the day."""

    contact: TraceContact
    left_ms: int

    def record(self) -> dict[str, Any]:
        """Returns the line of the outcome file; times in seconds."""
        return {"id": self.contact.id, "abandoned_at": self.left_ms / 1000}


LineOutcome = Answered | Abandoned


@value
class Informed:
    """An incident answered the contact on arrival, without an agent.

    `still_broken` is the outcome of the second visit, if the customer came again after the fix. The contact of that
    outcome is the same except for its arrival: the time at which the customer said that it is still broken.
    """

    contact: TraceContact
    incident: TraceIncident
    informed_ms: int
    still_broken: LineOutcome | None = None

    def record(self) -> dict[str, Any]:
        """Returns the line of the outcome file; times in seconds."""
        line: dict[str, Any] = {"id": self.contact.id, "deflected_at": self.informed_ms / 1000}
        if (again := self.still_broken) is not None:
            rest = {name: value for name, value in again.record().items() if name != "id"}
            line["still_broken"] = {"t": again.contact.t, **rest}
        return line


ContactOutcome = LineOutcome | Informed


def in_line(outcomes: Iterable[ContactOutcome]) -> Iterator[LineOutcome]:
    """Yields the outcomes of the contacts that went into line.

    A contact that an incident informed is among them only if it came again, with the arrival of that second visit.
    """
    for outcome in outcomes:
        in_line_outcome = outcome.still_broken if isinstance(outcome, Informed) else outcome
        if in_line_outcome is not None:
            yield in_line_outcome


def wait_s(outcome: LineOutcome) -> float:
    """Returns the seconds from the arrival until an agent answered or the customer left."""
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
