"""Admission: desks that connect at the same moment, as after a restart, come in by small groups.

Each costs a few milliseconds. Contacts that come meanwhile must not feel it, nor desks of other workspaces: a place is
given by turns, and after each desk a place rests as long as the desk took, so that half of the time is for others.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from mci_router.access.tokens import AgentIdentity
from mci_router.errors import TooManySockets, TooManySocketsOfAgent
from mci_router.turns import Turns

HANDSHAKES_AT_ONCE = 16
OPENED_AT_ONCE = 16
LONGEST_REST_S = 0.02  # also on a busy machine 500 desks are in within seconds


class Admission:
    """The sockets of one process: how many there are, and who comes in next."""

    def __init__(self, most: int, per_agent: int) -> None:
        self._most = most
        self._per_agent = per_agent
        self.count = 0  # sockets, from their handshakes on
        self._of_agents: Counter[tuple[str, str]] = Counter()
        self._handshakes = Turns(HANDSHAKES_AT_ONCE)
        self._openings = Turns(OPENED_AT_ONCE)

    @contextmanager
    def socket(self, identity: AgentIdentity) -> Iterator[None]:
        """Counts a socket, from its handshake to its end. Raises TooManySockets, TooManySocketsOfAgent."""
        agent = identity.workspace_id, identity.agent
        if self.count >= self._most:
            raise TooManySockets(f"{self._most} desks are connected to this process (MCI_SOCKETS_MOST).")
        if self._of_agents[agent] >= self._per_agent:
            raise TooManySocketsOfAgent(
                f"{identity.agent} has {self._per_agent} sockets at this process (MCI_SOCKETS_PER_AGENT)."
            )
        self.count += 1
        self._of_agents[agent] += 1
        try:
            yield
        finally:
            self.count -= 1
            self._of_agents[agent] -= 1
            if not self._of_agents[agent]:
                del self._of_agents[agent]

    @asynccontextmanager
    async def handshake(self, workspace: str) -> AsyncIterator[None]:
        """Holds a place in which a desk shakes hands."""
        async with self._handshakes.turn(workspace):
            yield

    @asynccontextmanager
    async def opening(self, workspace: str) -> AsyncIterator[None]:
        """Holds a place in which a desk takes its agent over and learns how things stand."""
        loop = asyncio.get_running_loop()
        async with self._openings.turn(workspace):
            began = loop.time()
            yield
            if self._openings.waiting:
                await asyncio.sleep(min(loop.time() - began, LONGEST_REST_S))
