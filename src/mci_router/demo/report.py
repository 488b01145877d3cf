"""What became of the contacts: arithmetic over their own timestamps. Pure.

The timestamps are real; multiplied by the speed they are simulated seconds, in which a queue's target is meant here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from mci_router.demo.workspace import Queue
from mci_router.vocabulary import Cell, ContactState, Outcome

SHORT_ABANDON_S = 5  # who leaves sooner did not wait: left out of the service level


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a contact: moments in real time, lengths in simulated seconds."""

    cell: Cell
    outcome: Outcome
    state: ContactState
    queue: str | None
    answered: bool
    wait_s: float | None
    """From its queue to an agent, or to giving up; None while it waits and where it never did."""
    handle_s: float | None
    accepted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CellRow:
    """Contacts of a cell that one outcome served last."""

    cell: Cell
    outcome: Outcome
    contacts: int
    resolved: int
    completed: int
    abandoned: int
    waiting: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue's service level, its tail, and what it is held against."""

    queue: Queue
    answered: int
    in_time: int
    abandoned: int
    abandoned_late: int
    waiting: int
    asa_s: float | None
    p99_s: float | None

    @property
    def service_level(self) -> float | None:
        """Answered within the target ÷ (answered + abandoned after the target)."""
        counted = self.answered + self.abandoned_late
        return self.in_time / counted if counted else None

    @property
    def met(self) -> bool | None:
        return None if self.service_level is None else self.service_level >= self.queue.goal


def fate(contact: dict[str, Any], speed: float) -> Fate:
    """The fate of a contact as `GET /v1/contacts/{id}` tells it."""
    answered_at, ended_at = _moment(contact["answered_at"]), _moment(contact["ended_at"])
    left_line = answered_at or ended_at
    return Fate(
        cell=Cell(contact["cell"]),
        outcome=Outcome(contact["outcome"]),
        state=ContactState(contact["state"]),
        queue=contact["queue"],
        answered=answered_at is not None,
        wait_s=_between(_moment(contact["enqueued_at"]), left_line, speed),
        handle_s=_between(answered_at, ended_at, speed),
        accepted_at=datetime.fromisoformat(contact["accepted_at"]),
        ended_at=ended_at,
    )


def cells(fates: Sequence[Fate]) -> list[CellRow]:
    """One row a cell and outcome, in the order of the matrix and of the ladder."""
    rows = []
    for cell in Cell:
        for outcome in Outcome:
            those = [one for one in fates if one.cell is cell and one.outcome is outcome]
            if those:
                rows.append(
                    CellRow(
                        cell,
                        outcome,
                        len(those),
                        resolved=count(those, ContactState.RESOLVED),
                        completed=count(those, ContactState.COMPLETED),
                        abandoned=count(those, ContactState.ABANDONED),
                        waiting=sum(waiting(one) for one in those),
                    )
                )
    return rows


def levels(fates: Sequence[Fate], queues: Sequence[Queue]) -> list[QueueRow]:
    """One row a queue that had contacts, in the order in which queues are tried."""
    return [_level(queue, those) for queue in queues if (those := [one for one in queued(fates) if one.queue == queue.name])]


def queued(fates: Iterable[Fate]) -> list[Fate]:
    """Contacts that came to a queue for an agent."""
    return [one for one in fates if one.outcome is Outcome.AGENT and one.queue]


def count(fates: Iterable[Fate], state: ContactState) -> int:
    return sum(one.state is state for one in fates)


def waiting(one: Fate) -> bool:
    """Whether the contact was open when the demo ended, or was cancelled before."""
    return not one.state.final or one.state is ContactState.CANCELLED


def occupancy(fates: Iterable[Fate], queues: Sequence[Queue], units: int, lasted_s: float) -> float | None:
    """Share of the agents' units that conversations and after-call work took."""
    taken = {queue.name: queue.units for queue in queues}
    busy = sum((one.handle_s or 0) * taken.get(one.queue or "", 1) for one in fates)
    return busy / (units * lasted_s) if units and lasted_s > 0 else None


def lasted_s(fates: Sequence[Fate], speed: float) -> float:
    """Simulated seconds from the first contact's arrival to the last one's end."""
    ends = [one.ended_at or one.accepted_at for one in fates]
    return (max(ends) - min(one.accepted_at for one in fates)).total_seconds() * speed if fates else 0.0


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank: a value that occurred."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else None


def _level(queue: Queue, fates: Sequence[Fate]) -> QueueRow:
    waits = [one.wait_s for one in fates if one.answered and one.wait_s is not None]
    left = [one.wait_s for one in fates if not one.answered and one.state is ContactState.ABANDONED and one.wait_s is not None]
    return QueueRow(
        queue=queue,
        answered=len(waits),
        in_time=sum(wait <= queue.target_s for wait in waits),
        abandoned=len(left),
        abandoned_late=sum(wait > max(queue.target_s, SHORT_ABANDON_S) for wait in left),
        waiting=sum(waiting(one) and not one.answered for one in fates),
        asa_s=sum(waits) / len(waits) if waits else None,
        p99_s=percentile(waits, 0.99),
    )


def _between(start: datetime | None, end: datetime | None, speed: float) -> float | None:
    return (end - start).total_seconds() * speed if start and end else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
