"""What became of the contacts: arithmetic over their own timestamps. Pure.

The timestamps are real; multiplied by the speed they are simulated seconds, in which a queue's target is meant here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from mci_router.demo.workspace import DemoQueue
from mci_router.vocabulary import Cell, ContactState, Outcome

SHORT_ABANDON_S = 5  # a customer who leaves sooner did not wait: left out of the service level


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a contact: moments in real time, lengths in simulated seconds."""

    cell: Cell
    outcome: Outcome
    state: ContactState
    queue: str | None
    agent: str | None
    wait_s: float | None
    """The time from its queue to an agent, or to giving up; None while it waits and where it never did."""
    accepted_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    customer: str = ""
    topic: str | None = None

    @property
    def answered(self) -> bool:
        """Whether an agent took it."""
        return self.answered_at is not None


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
    """A queue's service level, its tail, and what it is measured against."""

    queue: DemoQueue
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
    """Returns the fate of a contact from the answer of `GET /v1/contacts/{id}`."""
    answered_at, ended_at = _moment(contact["answered_at"]), _moment(contact["ended_at"])
    left_line = answered_at or ended_at
    return Fate(
        cell=Cell(contact["cell"]),
        outcome=Outcome(contact["outcome"]),
        state=ContactState(contact["state"]),
        queue=contact["queue"],
        agent=contact["agent"],
        wait_s=_between(_moment(contact["enqueued_at"]), left_line, speed),
        accepted_at=datetime.fromisoformat(contact["accepted_at"]),
        answered_at=answered_at,
        ended_at=ended_at,
        customer=contact.get("customer_id", ""),
        topic=contact.get("topic"),
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """The contacts that one outcome settled, and those of them whose customers came back with the matter."""

    contained: int
    returned: int

    @property
    def stayed(self) -> int:
        """Those that count."""
        return self.contained - self.returned


def settled(fates: Iterable[Fate], outcome: Outcome) -> Settled:
    """Returns what an outcome settled; a later contact of the same customer about the same topic takes it back."""
    fates = list(fates)
    latest: dict[tuple[str, str | None], datetime] = {}
    for one in fates:
        matter = (one.customer, one.topic)
        latest[matter] = max(latest.get(matter, one.accepted_at), one.accepted_at)
    ended = [one for one in fates if one.outcome is outcome and one.state is ContactState.RESOLVED]
    returned = sum(latest[one.customer, one.topic] > one.accepted_at for one in ended if one.customer)
    return Settled(len(ended), returned)


def cells(fates: Sequence[Fate]) -> list[CellRow]:
    """Returns one row a cell and outcome, in the order of the matrix and of the ladder."""
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


def levels(fates: Sequence[Fate], queues: Sequence[DemoQueue]) -> list[QueueRow]:
    """Returns one row a queue that had contacts, in the order in which queues are tried."""
    return [
        _level(queue, those) for queue in queues if (those := [one for one in queued(fates) if one.queue == queue.name])
    ]


def queued(fates: Iterable[Fate]) -> list[Fate]:
    """Returns the contacts that came to a queue for an agent."""
    return [one for one in fates if one.outcome is Outcome.AGENT and one.queue]


def count(fates: Iterable[Fate], state: ContactState) -> int:
    return sum(one.state is state for one in fates)


def waiting(one: Fate) -> bool:
    """Returns whether the contact was open when the demo ended, or was cancelled before."""
    return not one.state.final or one.state is ContactState.CANCELLED


def occupancy(fates: Sequence[Fate], agents: int) -> float | None:
    """Returns the share of their time in which agents served or wrapped up, from the first arrival to the last."""
    if not fates or not agents:
        return None
    start, end = min(one.accepted_at for one in fates), max(one.accepted_at for one in fates)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in fates:
        if one.agent and one.answered_at:
            spans.setdefault(one.agent, []).append((max(one.answered_at, start), min(one.ended_at or end, end)))
    busy = sum(_covered_s(span) for span in spans.values())
    length = (end - start).total_seconds()
    return busy / (agents * length) if length else None


def _covered_s(spans: list[tuple[datetime, datetime]]) -> float:
    """Returns the seconds that lie in at least one of the spans: an agent with three chats is busy once."""
    covered, reached = 0.0, None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        covered += max(0.0, (end - begin).total_seconds())
        reached = end if reached is None else max(end, reached)
    return covered


def lasted_s(fates: Sequence[Fate], speed: float) -> float:
    """Returns the simulated seconds from the first contact's arrival to the last one's end."""
    ends = [one.ended_at or one.accepted_at for one in fates]
    return (max(ends) - min(one.accepted_at for one in fates)).total_seconds() * speed if fates else 0.0


def percentile(values: Sequence[float], share: float) -> float | None:
    """Returns the percentile by nearest rank: a value that occurred; None if there is none."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else None


def _level(queue: DemoQueue, fates: Sequence[Fate]) -> QueueRow:
    waits = [one.wait_s for one in fates if one.answered and one.wait_s is not None]
    left = [
        one.wait_s
        for one in fates
        if not one.answered and one.state is ContactState.ABANDONED and one.wait_s is not None
    ]
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
