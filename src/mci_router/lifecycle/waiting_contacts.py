"""A contact that waits in a queue, with what was tried for it before, as overflow and closing time ask for it."""

from datetime import datetime, timedelta

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.models import Post
from mci_router.routing.policy.overflow_routes import Waiting
from mci_router.specs.queues import QueueSpec


async def waiting_contact(current: OpenContact, queue: QueueSpec) -> Waiting:
    """Returns the contact as it waits in a queue."""
    contact = current.contact
    return Waiting(
        queue,
        current.matter,
        current.facts,
        _waits_since(current),
        current.joined,
        left=frozenset(left for decision in current.decisions if (left := decision.route.get("overflow_from"))),
        posted=await was_posted(current),
        callback_offered=bool(contact.callback_offered_at or contact.callback_at),
    )


async def was_posted(current: OpenContact) -> bool:
    """Returns whether the contact was posted before, or its customer was asked for it."""
    if any(decision.route.get("ask") or decision.route.get("asked") for decision in current.decisions):
        return True
    query = select(Post.id).where(Post.contact_id == current.contact.id).limit(1)
    return await current.session.scalar(query) is not None


def _waits_since(current: OpenContact) -> datetime:
    """Returns since when it would have waited, had it waited all the time."""
    live, now = current.live, utc_now()
    if live is None or live.entered_at is None:  # of a version before
        return current.contact.enqueued_at or now
    return (live.waits_since or now) - timedelta(milliseconds=live.waited_ms)
