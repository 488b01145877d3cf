"""Opening hours as the live state knows them: told by every process about once a second, and with each configuration."""

from collections.abc import Iterable
from datetime import datetime

from mci_router.routing.engine import Engine
from mci_router.routing.policy.hours import serves
from mci_router.specs import QueueSpec


async def tell_open(engine: Engine, workspace: str, queues: Iterable[QueueSpec], now: datetime) -> None:
    """Opens and closes the queues that the live state holds otherwise. Harmless to repeat. Raises EngineUnavailable."""
    closed = {queue.name for queue in queues if not serves(now, queue)}
    believed = await engine.closed_queues(workspace)
    for queue in sorted(closed ^ believed):
        await engine.set_open(workspace, queue, is_open=queue in believed)
