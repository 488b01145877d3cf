"""The catch-all queue: no contact is refused because no queue takes it. Pure.

A workspace that names none gets one, which asks of an agent only what topic, contact and language ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count

from mci_router.specs.queues import QueueSpec, ServiceLevel

NAME = "catch_all"
GOAL, TARGET_S = 0.8, 120  # somebody should see within minutes what comes there
LAST = 10_000  # of all positions, which matters only where queues are served strictly one after the other


def catch_all_in(queues: Mapping[str, QueueSpec]) -> QueueSpec | None:
    """Returns the catch-all of these queues; None if they have none."""
    return next((queue for queue in queues.values() if queue.catch_all), None)


def make_catch_all(queues: Mapping[str, QueueSpec]) -> QueueSpec:
    """Returns the catch-all for queues that have none, always the same for the same names."""
    name = next(name for name in _names() if name not in queues)
    return QueueSpec(
        name=name,
        description="Made by itself: what no other queue takes.",
        position=LAST,
        catch_all=True,
        service_level=ServiceLevel(goal=GOAL, target_s=TARGET_S),
    )


def with_catch_all(queues: Mapping[str, QueueSpec]) -> dict[str, QueueSpec]:
    """Returns these queues, with a catch-all."""
    if catch_all_in(queues):
        return dict(queues)
    made = make_catch_all(queues)
    return {**queues, made.name: made}


def put_beside(existing: Mapping[str, QueueSpec], wanted: Sequence[QueueSpec]) -> list[QueueSpec]:
    """Returns what has to be written besides the queues wanted, so that one queue is the catch-all.

    One that is wanted as the catch-all replaces the one before; if two are wanted, the request is at fault.
    """
    after = {**existing, **{queue.name: queue for queue in wanted}}
    named = {queue.name for queue in wanted if queue.catch_all}
    if catch_all_in(after) is None:
        return [make_catch_all(after)]
    if len(named) != 1:
        return []
    return [
        queue.model_copy(update={"catch_all": False})
        for queue in after.values()
        if queue.catch_all and queue.name not in named
    ]


def is_as_made(queue: QueueSpec) -> bool:
    """Returns whether nobody has changed it since it was made, except that it may not be the catch-all any more."""
    return queue.model_copy(update={"catch_all": True}) == make_catch_all({}).model_copy(update={"name": queue.name})


def _names() -> Iterator[str]:
    return chain([NAME], (f"{NAME}_{number}" for number in count(2)))
