"""Typing: who writes at this moment is told to those who look, and kept nowhere."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any, Literal

from mci_router.routing.engine.connection import LONGEST_BLOCK_S, LONGEST_READ_S, Connection, prefix, reachable
from mci_router.values import value

LIFE_S = 6
"""For how long one who types counts as typing, unless it is said again."""


@value
class Typist:
    """Somebody who types in a contact's conversation, until a moment (ms since the epoch).

    `name`: the agent, where `who` is one.
    """

    contact: str
    who: Literal["customer", "agent"]
    until: int
    name: str | None = None


class TypingFunctions(Connection):
    """What is published of typing, and read from there."""

    async def types(self, workspace: str, typist: Typist) -> None:
        """Tells those who listen that somebody types. Raises EngineUnavailable."""
        async with self._reachable():
            await self.client.execute_command("PUBLISH", _channel(workspace), json.dumps(asdict(typist)))

    @asynccontextmanager
    async def typing(self, workspace: str) -> AsyncIterator[AsyncIterator[Typist]]:
        """Listens to who types in a workspace, as long as the block lasts. Raises EngineUnavailable."""
        async with reachable():
            await self.blocking.initialize()  # a cluster's client: it has to know which node to ask
        listening = self.blocking.pubsub()
        try:
            async with reachable():
                await listening.subscribe(_channel(workspace))
            yield _typists(listening)
        finally:
            await listening.aclose()


def _channel(workspace: str) -> str:
    return f"{prefix(workspace)}:typing"


async def _typists(listening: Any) -> AsyncIterator[Typist]:
    while True:
        async with reachable(LONGEST_READ_S):
            message = await listening.get_message(ignore_subscribe_messages=True, timeout=LONGEST_BLOCK_S)
        if message and (typist := _read(message["data"])):
            yield typist


def _read(data: str) -> Typist | None:
    """Returns who types; None for what another version has written otherwise."""
    try:
        said = json.loads(data)
        return Typist(said["contact"], said["who"], int(said["until"]), said.get("name"))
    except (ValueError, TypeError, KeyError):
        return None
