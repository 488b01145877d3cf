"""Typing, for an adapter whose channel shows it: which agents write to its customers at this moment."""

import asyncio
from collections.abc import Callable
from typing import Any

from mci_router.api.parts import Parts
from mci_router.clock import from_ms, moment
from mci_router.conversations.links import Receiver
from mci_router.errors import DatabaseUnavailable, EngineUnavailable

OURS = "SELECT channel_ref FROM contacts WHERE workspace_id = $1 AND id = $2 AND adapter = $3"
MOST = 500  # contacts that are remembered; who types in more of them at a time is not shown in all
RETRY_S = 0.5


class OutboundTyping:
    """Listens to who types, and keeps the latest of each contact of the adapter until it is taken."""

    def __init__(self, parts: Parts, receiver: Receiver, wake: Callable[[], None]) -> None:
        self._parts = parts
        self._receiver = receiver
        self._wake = wake
        self._known: dict[str, str | bool | None] = {}
        self._typing: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Listens until it is cancelled."""
        while True:
            try:
                async with self._parts.engine.typing(self._receiver.workspace) as typists:
                    async for typist in typists:
                        if typist.who == "agent":
                            await self._note(typist.contact, typist.until)
            except (EngineUnavailable, DatabaseUnavailable):
                await asyncio.sleep(RETRY_S)

    def take(self) -> list[dict[str, Any]]:
        """Returns what has come since it was last asked: `{contact, channel_ref, until}`, without the agent's name."""
        taken, self._typing = list(self._typing.values()), {}
        return taken

    async def _note(self, contact: str, until_ms: int) -> None:
        if contact not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            rows = await self._parts.database.read(OURS, self._receiver.workspace, contact, self._receiver.adapter)
            self._known[contact] = rows[0]["channel_ref"] if rows else False
        reference = self._known[contact]
        if reference is not False and len(self._typing) < MOST:
            self._typing[contact] = {
                "contact": contact,
                "channel_ref": reference,
                "until": moment(from_ms(until_ms)),
            }
            self._wake()
