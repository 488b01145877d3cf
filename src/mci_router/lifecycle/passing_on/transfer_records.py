"""Records of transfers: who passed a contact on, to whom, why, and with which notes, as its decision keeps them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.access.audit import Note
from mci_router.clock import moment
from mci_router.errors import AssignmentGone, TooManyMoves
from mci_router.intake.masking import mask
from mci_router.models import Decision
from mci_router.routing.live_contact import LiveContact
from mci_router.values import value
from mci_router.vocabulary import ContactState, Severity

HANDOFF_FIELDS = ("expectation", "tried", "next_steps")

MOST_RECORDS = 50  # of a contact, all its rungs together: a person who is sent on ten times has given up long ago

Record: TypeAlias = dict[str, Any]
"""A transfer as the decision keeps it. Its fields: see `TransferOut`."""


@value
class PassedOn:
    """The reason why a contact is passed on, and what the next agent has to know.

    `by` is the agent who does it at a desk, with the `assignment` it must still be; both None for a caller of the API.
    """

    reason: str
    handoff: Mapping[str, str] | None = None
    by: str | None = None
    assignment: str | None = None
    note: Note | None = None


def passed_on(
    reason: str,
    handoff: Mapping[str, str] | None,
    *,
    by: str | None = None,
    assignment: str | None = None,
    note: Note | None = None,
) -> PassedOn:
    """Returns the reason and the hand-off notes with every text masked."""
    masked = {field: mask(handoff[field]).text for field in HANDOFF_FIELDS} if handoff else None
    return PassedOn(mask(reason).text, masked, by, assignment, note)


def serving_agent(live: LiveContact | None) -> str | None:
    """Returns the agent who serves the contact; None if nobody does."""
    return live.agent if live and live.state is ContactState.ASSIGNED else None


def assignment_of(live: LiveContact | None) -> tuple[str, str]:
    """Returns the agent who serves the contact, and the assignment. Raises AssignmentGone."""
    if live is None or live.agent is None or live.assignment is None:
        raise AssignmentGone
    return live.agent, live.assignment


def serves(live: LiveContact | None, passed: PassedOn) -> bool:
    """Returns whether the agent who passes the contact on serves it."""
    if live is None or live.state is not ContactState.ASSIGNED:
        return False
    return live.served_by(passed.by or "", passed.assignment or "")


def records_of(decision: Decision) -> list[Record]:
    """Returns the transfers that the decision keeps, oldest first."""
    return list(decision.route.get("transfers") or [])


def refuse_more(decisions: Sequence[Decision]) -> None:
    """Raises TooManyMoves if a contact was passed on as often as one may be: each time is kept with its decisions."""
    moves = sum(len(records_of(decision)) for decision in decisions)
    if moves >= MOST_RECORDS:
        raise TooManyMoves(f"The contact was passed on {moves} times, and may not be again.", most=MOST_RECORDS)


def keep_records(decision: Decision, records: list[Record]) -> None:
    """Replaces the transfers that the decision keeps."""
    decision.route = {**decision.route, "transfers": records}


def called_off(record: Record, at: datetime) -> Record:
    """Returns the record of a warm transfer that was called off."""
    return {**record, "called_off_at": moment(at)}


def record_of(
    live: LiveContact | None,
    passed: PassedOn,
    at: datetime,
    *,
    queue: str | None = None,
    agent: str | None = None,
    warm: bool = False,
    severity: Severity | None = None,
) -> Record:
    """Returns the record of a transfer at this moment: to a queue or an agent, warm or cold, or up the matrix."""
    return {
        "at": moment(at),
        "by": passed.by,
        "holder": serving_agent(live),
        "queue": queue,
        "agent": agent,
        "warm": warm,
        "severity": severity,
        "reason": passed.reason,
        "handoff": dict(passed.handoff) if passed.handoff else None,
        "called_off_at": None,
    }
