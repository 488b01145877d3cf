"""A contact as the live state has it, parsed once. Pure."""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from mci_router.clock import from_ms
from mci_router.values import value
from mci_router.vocabulary import ContactState, Outcome, ParticipantRole


@value
class LiveContact:
    """A contact that is open, or has just ended. What does not apply to it is None.

    `agent` is offered it, serves it, or wraps it up; `second` is asked to take it over in a warm transfer. `line` is
    its line in `queue`. Its requirement has been relaxed by `step` of `steps` steps.

    `transferring`: an agent is asked to take it over; `interrupted`: its agent serves something more urgent first;
    `agent_lost`: its agent cannot be reached; `callback`: its customer wants to be called; `asking`: its customer is
    asked whether it may be posted. In a warm transfer to a queue it waits there beside its own place: in `to_line` of
    `to_queue`, `to_since`, and on rung `to_rung` when somebody accepts; `last_transfer` is the last that was accepted.

    `segment` is the number of its stay in `queue`, which began at `entered_at`; `waits_since` is set while it waits.
    Times waited before that are in ms: `waited_ms` over all its stays, `segment_waited_ms` in this one,
    `queue_waited_ms` in those before it in the same queue without another between. `held_since`: the customer is on
    hold. `parked_at`: since when it waits for its customer; `inactive_at`: when it is completed unless the customer
    writes. `held_for`: it waits for this agent first. `offers` counts those made of it. `wrap_up_ends_at`: when its
    wrap-up ends by itself. `participants` take part in its conversation, each in a role; `invited` is asked to join by
    `invitation`.
    """

    state: ContactState
    outcome: Outcome
    rung: int
    queue: str | None = None
    line: str | None = None
    agent: str | None = None
    second: str | None = None
    offer: str | None = None
    assignment: str | None = None
    disposition: str | None = None
    notes: str | None = None
    step: int = 0
    steps: int = 0
    enqueued_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    answered_at: datetime | None = None
    handled_at: datetime | None = None
    ended_at: datetime | None = None
    transferring: bool = False
    interrupted: bool = False
    agent_lost: bool = False
    callback: bool = False
    asking: bool = False
    to_queue: str | None = None
    to_line: str | None = None
    to_rung: int | None = None
    to_since: datetime | None = None
    to_due_at: datetime | None = None
    to_waited_ms: int = 0
    last_transfer: str | None = None
    segment: int | None = None
    entered_at: datetime | None = None
    waits_since: datetime | None = None
    waited_ms: int = 0
    segment_waited_ms: int = 0
    queue_waited_ms: int = 0
    held_since: datetime | None = None
    parked_at: datetime | None = None
    inactive_at: datetime | None = None
    held_for: str | None = None
    offers: int = 0
    urgent: bool = False
    wrap_up_ends_at: datetime | None = None
    participants: Mapping[str, ParticipantRole] = field(default_factory=dict)
    invited: str | None = None
    invitation: str | None = None

    @classmethod
    def of(cls, record: Mapping[str, str]) -> "LiveContact | None":
        """Returns the contact of a record, as the server keeps it: texts by field; None for an empty one, which is not
        live.
        """
        if not record:
            return None
        return cls(
            state=ContactState(record["state"]),
            outcome=Outcome(record["outcome"]),
            rung=int(record["rung"]),
            queue=record.get("queue"),
            line=record.get("line"),
            agent=record.get("agent"),
            second=record.get("second"),
            offer=record.get("offer"),
            assignment=record.get("assignment"),
            disposition=record.get("disposition"),
            notes=record.get("notes"),
            step=int(record.get("step", 0)),
            steps=len(json.loads(record.get("steps", "[]"))),
            enqueued_at=_moment(record, "enqueued_at"),
            due_at=_moment(record, "due_at"),
            expires_at=_moment(record, "expires_at"),
            answered_at=_moment(record, "answered_at"),
            handled_at=_moment(record, "handled_at"),
            ended_at=_moment(record, "ended_at"),
            transferring="transfer" in record,
            interrupted="paused" in record,
            agent_lost="agent_lost" in record,
            callback="callback" in record,
            asking="asking" in record,
            to_queue=record.get("to_queue"),
            to_line=record.get("to_line"),
            to_rung=int(record["to_rung"]) if "to_rung" in record else None,
            to_since=_moment(record, "to_entered_at"),
            to_due_at=_moment(record, "to_due_at"),
            to_waited_ms=int(record.get("to_queue_waited", 0)),
            last_transfer=record.get("last_transfer"),
            segment=int(record["segment"]) if "segment" in record else None,
            entered_at=_moment(record, "entered_at"),
            waits_since=_moment(record, "waits_since"),
            waited_ms=int(record.get("waited", 0)),
            segment_waited_ms=int(record.get("segment_waited", 0)),
            queue_waited_ms=int(record.get("queue_waited", 0)),
            held_since=_moment(record, "held_since"),
            parked_at=_moment(record, "awaited_since"),
            inactive_at=_moment(record, "inactive_at"),
            held_for=record.get("held_for"),
            offers=int(record.get("attempts", 0)),
            urgent="urgent" in record,
            wrap_up_ends_at=_moment(record, "wrap_up_ends_at"),
            participants=_participants(record) if "joined" in record else {},
            invited=record.get("invited"),
            invitation=record.get("invitation"),
        )

    @property
    def where_it_waits(self) -> "LiveContact":
        """The contact as it waits: in a warm transfer to a queue, in the place beside its own."""
        if self.to_queue is None:
            return self
        return replace(
            self,
            state=ContactState.OFFERED if self.offer else ContactState.QUEUED,
            queue=self.to_queue,
            line=self.to_line,
            rung=self.to_rung or self.rung,
            entered_at=self.to_since,
            due_at=self.to_due_at,
            queue_waited_ms=self.to_waited_ms,
        )

    @property
    def offered_to(self) -> str | None:
        """The agent to whom it is offered."""
        return self.second or (self.agent if self.offer else None)

    def served_by(self, agent: str, assignment: str) -> bool:
        """Returns whether this agent has it by this assignment."""
        return (self.agent, self.assignment) == (agent, assignment)


def _participants(record: Mapping[str, str]) -> Mapping[str, ParticipantRole]:
    found = [(name.split(":"), value) for name, value in record.items() if name.startswith("joined:")]
    return {parts[1]: ParticipantRole(value) for parts, value in found if parts[2] == "role"}


def _moment(record: Mapping[str, str], field: str) -> datetime | None:
    return from_ms(record[field]) if record.get(field) else None
