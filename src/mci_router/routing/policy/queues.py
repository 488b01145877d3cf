"""Which queue a contact joins. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mci_router.routing.policy.hours import serves
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import Rung, TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Cell, Channel


def choose_queue(
    snapshot: Snapshot,
    *,
    topic: TopicSpec | None,
    rung: Rung,
    channel: Channel,
    cell: Cell,
    customer: Mapping[str, Any],
) -> tuple[QueueSpec, str]:
    """Returns the queue for a contact, and the reason.

    It is the topic's own, else one for customers like this, else the rung's, else the first that takes the contact.
    What none takes goes to the catch-all, which a snapshot always has.
    """
    queues = snapshot.queues
    if topic and topic.queue and topic.queue in queues:
        return queues[topic.queue], f"queue {topic.queue}: the topic's own"
    takers = [queue for queue in snapshot.queues_in_order if _takes(queue, channel, cell, customer)]
    special = next((queue for queue in takers if queue.customer), None)
    if special:
        return special, f"queue {special.name}: for customers like this one"
    if rung.queue and rung.queue in queues:
        return queues[rung.queue], f"queue {rung.queue}: the rung's own"
    if takers:
        return takers[0], f"queue {takers[0].name}: the first that takes {channel}"
    caught = next(queue for queue in queues.values() if queue.catch_all)
    return (
        caught,
        f"queue {caught.name}: the catch-all, for no queue takes {channel} contacts of {cell} and this customer",
    )


def _takes(queue: QueueSpec, channel: Channel, cell: Cell, customer: Mapping[str, Any]) -> bool:
    return not queue.catch_all and (not queue.cells or cell in queue.cells) and fits(queue, channel, customer)


def open_queues(
    snapshot: Snapshot, channel: Channel, customer: Mapping[str, Any], now: datetime, but: QueueSpec
) -> list[QueueSpec]:
    """Returns the other queues that are open now: those that take the channel and the customer first."""
    others = [queue for queue in snapshot.queues_in_order if queue.name != but.name and serves(now, queue)]
    return sorted(others, key=lambda queue: not fits(queue, channel, customer))


def fits(queue: QueueSpec, channel: Channel, customer: Mapping[str, Any]) -> bool:
    """Returns whether a queue takes a channel's contacts of such a customer."""
    return (not queue.channels or channel in queue.channels) and all(
        customer.get(name) == value for name, value in queue.customer.items()
    )
