"""The processes that are there, and which of them does what: each kind of background work is one process's.

No process leads. Each says about once a second that it is there, and all compute the same from the names: the work of a
process that is gone falls to the others within seconds, and no other work moves. It saves work and guards nothing: for
a moment two processes may take the same for theirs, so all of this work is idempotent.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from uuid import uuid4

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine.connection import Connection

PLACE = "processes"  # where the roster is, as if it were a workspace
BEAT_S = 1.0
GONE_AFTER_S = 3.0  # two beats missed


class ProcessFunctions(Connection):
    """The function by which processes know of each other."""

    async def beat(self, place: str, process: str, counts_s: float) -> list[str]:
        """Says that a process is there, for so long by the server's clock; 0: that it leaves. Returns all there are."""
        reply = await self._prepare(place, "beat", process, round(counts_s * 1000))
        return list(reply["processes"])


class Roster:
    """The processes as this one knows them.

    While Redis is away a process goes by what it last heard; after a few seconds it does everything itself.
    """

    def __init__(self, engine: ProcessFunctions, place: str = PLACE) -> None:
        self._engine = engine
        self._place = place
        self._me = uuid4().hex
        self._processes: Sequence[str] = (self._me,)
        self._heard_at = 0.0
        self._owners: dict[str, str] = {}
        self._leaving = False

    def mine(self, work: str) -> bool:
        """Returns whether a piece of work, by its name, is this process's."""
        owner = self._owners.get(work)
        if owner is None:
            owner = self._owners[work] = max(self._processes, key=lambda process: _weight(process, work))
        return owner == self._me

    async def beat(self) -> None:
        """Says that this process is there, and hears of the others. Raises EngineUnavailable."""
        try:
            there = await self._engine.beat(self._place, self._me, 0 if self._leaving else GONE_AFTER_S)
        except EngineUnavailable:
            if time.monotonic() - self._heard_at > GONE_AFTER_S:
                self._know([self._me])
            raise
        self._heard_at = time.monotonic()
        self._know(there if self._me in there else [*there, self._me])

    async def leave(self) -> None:
        """Has the other processes take over now. What is still this process's is done until it stops."""
        self._leaving = True
        try:
            async with asyncio.timeout(BEAT_S):
                await self._engine.beat(self._place, self._me, 0)
        except (EngineUnavailable, TimeoutError):
            return  # they notice by themselves

    def _know(self, processes: Sequence[str]) -> None:
        if processes != self._processes or len(self._owners) > 100_000:  # names of workspaces that are gone
            self._processes, self._owners = processes, {}


def _weight(process: str, work: str) -> bytes:
    """Returns a number by which each work has an order of processes of its own."""
    return hashlib.blake2b(f"{process} {work}".encode(), digest_size=8).digest()
