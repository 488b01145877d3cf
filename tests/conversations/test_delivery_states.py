"""Delivery states only move up, whatever the order of receipts."""

from functools import reduce
from itertools import permutations, product

import pytest

from mci_router.conversations.delivery_states import UPWARDS, again, in_force, rank, rises
from mci_router.errors import WrongState
from mci_router.vocabulary import MessageDelivery

QUEUED, SENT, FAILED, DELIVERED, READ = UPWARDS


def test_any_order_of_receipts_leads_to_the_same_state() -> None:
    """Late ones and duplicates change nothing: what is in force is the highest that was said."""
    for said in product(MessageDelivery, repeat=3):
        ends = {reduce(in_force, order, QUEUED) for order in permutations([*said, said[0]])}
        assert ends == {max(said, key=rank)}, said


@pytest.mark.parametrize(
    ("state", "reported", "after"),
    [
        (QUEUED, SENT, SENT),
        (READ, DELIVERED, READ),
        (DELIVERED, FAILED, DELIVERED),
        (FAILED, SENT, FAILED),
        (FAILED, DELIVERED, DELIVERED),
        (None, SENT, SENT),
    ],
)
def test_a_receipt_lifts_or_changes_nothing(
    state: MessageDelivery | None, reported: MessageDelivery, after: MessageDelivery
) -> None:
    """A customer who has the message is a better witness than an adapter that could not be reached."""
    assert in_force(state, reported) is after
    assert rises(state, reported) is (after is not state)


def test_only_what_has_failed_is_sent_again() -> None:
    """What is under way, or has arrived, would come twice."""
    assert again(FAILED) is QUEUED
    for state in (None, QUEUED, SENT, DELIVERED, READ):
        with pytest.raises(WrongState):
            again(state)
