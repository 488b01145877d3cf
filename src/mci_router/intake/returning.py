"""Returning customers: one who left a line and comes back within its queue's window gets the old place, once. So does
who was to be called back there, and calls: the callback ends (`lifecycle.passing_on.called_again`).

A mere claim does not. Pure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mci_router.clock import moment
from mci_router.intake.arrival import Decided
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value


@value
class LeftPlace:
    """The place of a contact that left a line unanswered: the queue, since when it stood there, and when it left; None
    of one that waits there to be called back.
    """

    contact: str
    queue: str
    since: datetime
    left_at: datetime | None


def longest_window(snapshot: Snapshot) -> timedelta:
    """Returns how long after leaving a line of this workspace a customer can get the place back."""
    return timedelta(seconds=max((queue.return_window_s for queue in snapshot.queues.values()), default=0))


def give_back(one: Decided, left: Sequence[LeftPlace], taken: set[str]) -> Decided:
    """Returns the contact with its customer's old place in line, which is taken from then on.

    `left` are the places that the customer has left on this channel, the newest first.
    """
    queue = one.route.queue
    if queue is None:
        return one
    earliest = one.arrival.received_at - timedelta(seconds=queue.return_window_s)
    for place in left:
        if place.queue != queue.name or (place.left_at and (not queue.return_window_s or place.left_at < earliest)):
            continue
        if place.contact in taken:
            return one
        taken.add(place.contact)
        why = "left it and came back" if place.left_at else "was to be called back, and calls"
        kept = f"place in line kept since {moment(place.since)}: the customer {why}"
        return one.because(kept, place_since=place.since)
    return one
