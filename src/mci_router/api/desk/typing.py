"""Who types, for the desks of this process: heard once a workspace, and told to the agents who serve the contact."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

from mci_router.conversations.access import writers
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.routing.engine.typing import Typist
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)

RETRY_S = 0.5

Hear: TypeAlias = Callable[[Typist], None]


class DeskTyping:
    """Hands who types to the desks of the agents whom it concerns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._desks: dict[str, dict[str, set[Hear]]] = defaultdict(lambda: defaultdict(set))
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._started: dict[str, asyncio.Event] = {}

    async def listen(self, workspace: str, agent: str, hear: Hear) -> None:
        """Has a desk hear who types from now on; while the live state is away, as soon as it is back."""
        self._desks[workspace][agent].add(hear)
        if workspace not in self._readers:
            self._started[workspace] = asyncio.Event()
            self._readers[workspace] = asyncio.create_task(self._read(workspace, self._started[workspace]))
        await self._started[workspace].wait()

    def leave(self, workspace: str, agent: str, hear: Hear) -> None:
        """Ends what `listen` began."""
        desks = self._desks[workspace]
        desks[agent].discard(hear)
        if not desks[agent]:
            del desks[agent]
        if not desks and (reader := self._readers.pop(workspace, None)):
            del self._desks[workspace]
            reader.cancel()

    async def close(self) -> None:
        """Hears nothing from now on."""
        readers = list(self._readers.values())
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    async def _read(self, workspace: str, started: asyncio.Event) -> None:
        while True:
            try:
                async with self._engine.typing(workspace) as typists:
                    started.set()
                    async for typist in typists:
                        await self._hand_out(workspace, typist)
            except EngineUnavailable:
                started.set()
                await asyncio.sleep(RETRY_S)
            except Exception:
                started.set()
                log.exception("desks of %s do not see for a moment who types", workspace)
                await asyncio.sleep(RETRY_S)

    async def _hand_out(self, workspace: str, typist: Typist) -> None:
        """Tells the agents who may write in the conversation, but for the one who does. Once it is over, what its
        customer types becomes another contact.
        """
        live = await self._engine.contact(workspace, typist.contact)
        if live is None or live.state is ContactState.WRAPPING_UP:
            return
        for agent in writers(live, but=typist.name if typist.who == "agent" else None):
            for hear in tuple(self._desks[workspace].get(agent, ())):
                hear(typist)
