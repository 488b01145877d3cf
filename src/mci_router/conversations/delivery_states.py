"""Delivery states of a message: they only move up, so that receipts may come late, twice and in any order. Pure.

A failure is above `sent` and below `delivered`: an adapter that could not be reached may have had the message all the
same, and a customer who has it is the better witness. Only "send again" leads back, and it begins another delivery.
"""

from mci_router.errors import WrongState
from mci_router.vocabulary import MessageDelivery

RANKED = f"ARRAY[{','.join(repr(state.value) for state in MessageDelivery)}]"
"""The states in SQL, the lowest first: `array_position({RANKED}, state)` is the rank of one."""


def in_force(state: MessageDelivery | None, reported: MessageDelivery) -> MessageDelivery:
    """Returns the state of a message after a receipt: the higher of the two."""
    return reported if rises(state, reported) else state or reported


def rises(state: MessageDelivery | None, reported: MessageDelivery) -> bool:
    """Returns whether a receipt changes the state of a message."""
    return state is None or reported.rank > state.rank


def again(state: MessageDelivery | None) -> MessageDelivery:
    """Returns the state of a message that is to be sent again. Raises WrongState unless it has failed."""
    if state is not MessageDelivery.FAILED:
        raise WrongState(f"Only what has failed can be sent again; this message is {state or 'not for a channel'}.")
    return MessageDelivery.QUEUED
