"""Opening hours in the live state: every process updates them about once a second, and with each configuration."""

from collections.abc import Iterable
from datetime import datetime

from mci_router.routing.engine import Engine
from mci_router.routing.policy.hours import serves
from mci_router.specs.queues import QueueSpec


async def update_open_queues(engine: Engine, workspace: str, queues: Iterable[QueueSpec], now: datetime) -> None:
    """Opens and closes the queues for which the live state is out of date. Idempotent. Raises EngineUnavailable."""
    closed = {queue.name for queue in queues if not serves(now, queue)}
    closed_before = await engine.closed_queues(workspace)
    for queue in sorted(closed ^ closed_before):
        await engine.set_open(workspace, queue, is_open=queue in closed_before)
