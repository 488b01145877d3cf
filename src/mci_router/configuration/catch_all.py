"""The catch-all queue: no contact is refused because no queue takes it. Pure.

A workspace that names none gets one, which asks nothing of an agent but what topic, contact and language ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count

from mci_router.specs.queues import QueueSpec, ServiceLevel

NAME = "catch_all"
GOAL, TARGET_S = 0.8, 120  # whatever comes there, somebody should see it within minutes
LAST = 10_000  # among the positions: only ever of interest to who strictly serves one queue after the other


def catch_all_in(queues: Mapping[str, QueueSpec]) -> QueueSpec | None:
    """The catch-all of these queues."""
    return next((queue for queue in queues.values() if queue.catch_all), None)


def make_catch_all(queues: Mapping[str, QueueSpec]) -> QueueSpec:
    """The catch-all for queues that have none, always the same for the same names."""
    name = next(name for name in _names() if name not in queues)
    return QueueSpec(
        name=name,
        description="Made by itself: what no other queue takes.",
        position=LAST,
        catch_all=True,
        service_level=ServiceLevel(goal=GOAL, target_s=TARGET_S),
    )


def with_catch_all(queues: Mapping[str, QueueSpec]) -> dict[str, QueueSpec]:
    """These queues, with one that takes what no other does."""
    if catch_all_in(queues):
        return dict(queues)
    made = make_catch_all(queues)
    return {**queues, made.name: made}


def put_beside(held: Mapping[str, QueueSpec], wanted: Sequence[QueueSpec]) -> list[QueueSpec]:
    """What is to be written besides the queues wanted, so that one queue is the catch-all.

    One that is wanted as the catch-all takes the place of the one before; two of them are a fault of who wants them.
    """
    after = {**held, **{queue.name: queue for queue in wanted}}
    named = {queue.name for queue in wanted if queue.catch_all}
    if catch_all_in(after) is None:
        return [make_catch_all(after)]
    if len(named) != 1:
        return []
    return [queue.model_copy(update={"catch_all": False}) for queue in after.values() if queue.catch_all and queue.name not in named]


def is_as_made(queue: QueueSpec) -> bool:
    """Whether nobody has changed it since it was made, but for its being the catch-all."""
    return queue.model_copy(update={"catch_all": True}) == make_catch_all({}).model_copy(update={"name": queue.name})


def _names() -> Iterator[str]:
    return chain([NAME], (f"{NAME}_{number}" for number in count(2)))
