"""Opening hours in the live state: every process updates them about once a second, and with each configuration."""

from collections.abc import Collection, Iterable
from datetime import datetime

from mci_router.routing.engine import Engine
from mci_router.routing.policy.hours import serves
from mci_router.specs.queues import QueueSpec

SENDING_ON = ("queue", "community")


async def update_open_queues(engine: Engine, workspace: str, queues: Iterable[QueueSpec], now: datetime) -> None:
    """Opens and closes the queues for which the live state is out of date, and has those who wait where that changes
    their place looked at. Idempotent. Raises EngineUnavailable.
    """
    closed = {queue.name: queue for queue in queues if not serves(now, queue)}
    closed_before = await engine.closed_queues(workspace)
    for name in sorted(closed.keys() ^ closed_before):
        await engine.set_open(
            workspace, name, is_open=name in closed_before, look_at=sorted(_looked_at(closed.values(), name))
        )


def _looked_at(closed: Collection[QueueSpec], changed: str) -> set[str]:
    """Returns the closed queues whose policy has something new to say now that a queue has closed, or opened."""
    names = {queue.name for queue in closed}
    if changed not in names:
        return {queue.name for queue in closed if queue.when_closed.queue == changed}
    return {queue.name for queue in closed if queue.name == changed and queue.when_closed.action in SENDING_ON}
