"""Delivery states of a message: they only move up, so that receipts may come late, twice and in any order. Pure.

A failure is above `sent` and below `delivered`: an adapter that could not be reached may have had the message all the
same, and a customer who has it is the better witness. Only what begins another delivery leads back: "send again", and
an edit or redaction that goes to the adapter, too. So the state is that of the newest revision.
"""

from mci_router.errors import WrongState
from mci_router.vocabulary import MessageDelivery

UPWARDS = (
    *(MessageDelivery.QUEUED, MessageDelivery.SENT, MessageDelivery.FAILED),
    *(MessageDelivery.DELIVERED, MessageDelivery.READ),
)
"""The states, the lowest first."""


def rank(state: MessageDelivery | None) -> int:
    """Returns the rank of a state: it gives way to a higher one only. That of no state is the lowest."""
    return UPWARDS.index(state) + 1 if state else 0


def rank_in_sql(column: str) -> str:
    """Returns the rank of a state as an expression in SQL."""
    states = ",".join(repr(state.value) for state in UPWARDS)
    return f"COALESCE(array_position(ARRAY[{states}], CAST({column} AS text)), 0)"


def rises(state: MessageDelivery | None, reported: MessageDelivery) -> bool:
    """Returns whether a receipt changes the state of a message."""
    return rank(reported) > rank(state)


def in_force(state: MessageDelivery | None, reported: MessageDelivery) -> MessageDelivery:
    """Returns the state of a message after a receipt: the higher of the two."""
    return state if state and not rises(state, reported) else reported


def again(state: MessageDelivery | None) -> MessageDelivery:
    """Returns the state of a message that is to be sent again. Raises WrongState unless it has failed."""
    if state is not MessageDelivery.FAILED:
        raise WrongState(f"Only what has failed can be sent again; this message is {state or 'not for a channel'}.")
    return MessageDelivery.QUEUED
