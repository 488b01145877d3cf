"""A contact that waits in a queue, as the rules of overflow and of closing time look at it."""

from datetime import datetime, timedelta

from mci_router.clock import utc_now
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.routing.policy.overflow_routes import Waiting
from mci_router.specs.queues import QueueSpec


async def waiting_contact(current: OpenContact, queue: QueueSpec) -> Waiting:
    """Returns the contact as it waits in a queue."""
    return await current.waiting(queue, current.joined, _waits_since(current))


def _waits_since(current: OpenContact) -> datetime:
    """Returns since when it would have waited, had it waited all the time."""
    live, now = current.live, utc_now()
    if live is None or live.entered_at is None:  # of a version before
        return current.contact.enqueued_at or now
    return (live.waits_since or now) - timedelta(milliseconds=live.waited_ms)
