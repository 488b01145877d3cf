"""Supervision in the live state: how every queue does, which alarms sound, and who waits longest."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mci_router.clock import from_ms
from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Connection, prefix
from mci_router.routing.live_queues import AlarmSeen, LiveQueues

INDEXED_AT_ONCE = 200  # contacts a call: below five milliseconds


class SupervisionFunctions(Connection):
    """The functions that those call who watch over queues."""

    async def queue_figures(self, workspace: str) -> LiveQueues:
        """Returns how every queue of the live state does now."""
        return LiveQueues.of(await self._call(workspace, "queue_figures"))

    async def note_alarms(
        self, workspace: str, interval_ms: int, queues: Sequence[str], seen: Sequence[AlarmSeen]
    ) -> Status:
        """Notes what was seen at one look at all queues, and journals the alarms that begin or end by it.

        KNOWN: another process looked within the interval.
        """
        looks = json.dumps([one.arguments() for one in seen])
        return await self._status(workspace, "note_alarms", interval_ms, json.dumps(list(queues)), looks)

    async def index_waits(self, workspace: str, queue: str) -> None:
        """Notes the due times of the contacts that wait in a queue, where an earlier version did not. Idempotent."""
        async with self._reachable():
            lines: Iterable[str] = sorted(await self.client.smembers(f"{prefix(workspace)}:lines"))
        first = "first"
        for line in (line for line in lines if line.partition("|")[0] == queue):
            done = 0
            while done >= 0:
                reply = await self._call(workspace, "index_waits", queue, line, done, INDEXED_AT_ONCE, first)
                done, first = int(reply["done"]), ""

    async def longest_waiting(self, workspace: str, queue: str, limit: int) -> dict[str, datetime]:
        """Returns since when each contact waits in a queue, in line or held for an agent, the longest wait first."""
        reply = await self._call(workspace, "longest_waiting", queue, limit)
        pairs: list[Any] = list(reply["contacts"])
        return {name: from_ms(since) for name, since in zip(pairs[::2], pairs[1::2], strict=True)}

    async def agent_records(self, workspace: str, agents: Sequence[str]) -> list[tuple[Mapping[str, Any], list[str]]]:
        """Returns the live hash of each agent, empty if unknown, and the contacts that it is offered, serves, wraps up
        or has parked.
        """
        start = prefix(workspace)
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for agent in agents:
                pipeline.hgetall(f"{start}:agent:{agent}")
                # One that moves between the two is in either look at what is parked. A cluster takes no `sunion` here.
                for contacts in ("parked", "agent_contacts", "parked"):
                    pipeline.smembers(f"{start}:{contacts}:{agent}")
            replies = iter(await pipeline.execute())
        return [(record, sorted(set().union(*held))) for record, *held in zip(*[replies] * 4, strict=True)]
