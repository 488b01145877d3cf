"""Typing notices: somebody is writing just now. They are told to the sockets of all processes, and kept nowhere.

A process listens on one connection, to the workspaces of the sockets that it serves.
"""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from mci_router.clock import from_ms, to_ms, utc_now
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine.connection import Connection, prefix, reachable

log = logging.getLogger(__name__)

LIFE_S = 6
EVERYTHING = "*"  # no agent's name: who listens to it hears all notices of a workspace
RETRY_S = 0.5
LONGEST_START_S = 1
LOOK_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class TypingNotice:
    """Somebody writes in a contact's conversation until then, unless told again. `agents` are to see it."""

    contact: str
    who: Literal["customer", "agent"]
    name: str | None
    until: datetime
    agents: tuple[str, ...] = ()

    @classmethod
    def now(
        cls, contact: str, who: Literal["customer", "agent"], name: str | None, agents: tuple[str, ...]
    ) -> "TypingNotice":
        """Returns a notice that lives from now on."""
        return cls(contact, who, name, utc_now() + timedelta(seconds=LIFE_S), agents)


Hear: TypeAlias = Callable[[TypingNotice], None]


class TypingNotices:
    """Tells notices, and hears those of a workspace for those who listen: an agent, `contact:ID`, or EVERYTHING."""

    def __init__(self, engine: Connection) -> None:
        self._engine = engine
        self._listeners: dict[str, dict[str, set[Hear]]] = defaultdict(lambda: defaultdict(set))
        self._heard: dict[str, asyncio.Event] = {}
        self._pubsub: Any = None
        self._reader: asyncio.Task[None] | None = None

    async def tell(self, workspace: str, notice: TypingNotice) -> None:
        """Tells a notice to all who listen now. Raises EngineUnavailable."""
        said = {"contact": notice.contact, "who": notice.who, "until": to_ms(notice.until), "agents": notice.agents}
        told = json.dumps(said | ({"name": notice.name} if notice.name else {}))
        async with reachable():
            await self._engine.client.execute_command("PUBLISH", _channel(workspace), told)

    async def listen(self, workspace: str, whom: str, hear: Hear) -> None:
        """Has notices that concern somebody heard from now on, or soon: without the live state, once it is back."""
        self._listeners[workspace][whom].add(hear)
        if workspace not in self._heard:
            self._heard[workspace] = asyncio.Event()
            if self._reader is None:
                self._reader = asyncio.create_task(self._read())
            with contextlib.suppress(EngineUnavailable):
                await self._subscribe(workspace)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_START_S):
                await self._heard[workspace].wait()

    def leave(self, workspace: str, whom: str, hear: Hear) -> None:
        """Ends what `listen` began. The workspace is listened to until the process hears of it for nobody."""
        listeners = self._listeners[workspace]
        listeners[whom].discard(hear)
        if not listeners[whom]:
            del listeners[whom]

    async def close(self) -> None:
        """Listens no longer."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._drop()

    async def _read(self) -> None:
        while True:
            try:
                await self._hear_all()
            except EngineUnavailable:
                await asyncio.sleep(RETRY_S)
            except Exception:
                log.exception("typing notices failed and are listened to again")
                await asyncio.sleep(RETRY_S)

    async def _hear_all(self) -> None:
        try:
            for workspace in list(self._heard):
                await self._subscribe(workspace)
            while True:
                async with reachable():
                    message = await self._pubsub.get_message(timeout=LOOK_UP_S)
                if message:
                    await self._take(message)
        finally:
            await self._drop()

    async def _take(self, message: dict[str, Any]) -> None:
        workspace = message["channel"].partition("{")[2].partition("}")[0]
        if message["type"] == "subscribe":
            if workspace in self._heard:
                self._heard[workspace].set()
        elif message["type"] == "message":
            if self._listeners[workspace]:
                self._hand_out(workspace, _notice(json.loads(message["data"])))
            else:
                await self._unsubscribe(workspace)

    def _hand_out(self, workspace: str, notice: TypingNotice) -> None:
        listeners = self._listeners[workspace]
        for whom in (*notice.agents, f"contact:{notice.contact}", EVERYTHING):
            for hear in tuple(listeners.get(whom, ())):
                hear(notice)

    async def _subscribe(self, workspace: str) -> None:
        async with reachable():
            if self._pubsub is None:
                self._pubsub = self._engine.blocking.pubsub()
            await self._pubsub.subscribe(_channel(workspace))

    async def _unsubscribe(self, workspace: str) -> None:
        del self._heard[workspace], self._listeners[workspace]
        async with reachable():
            await self._pubsub.unsubscribe(_channel(workspace))

    async def _drop(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            with contextlib.suppress(Exception):  # it is lost already
                await pubsub.aclose()


def _channel(workspace: str) -> str:
    return f"{prefix(workspace)}:typing"


def _notice(said: dict[str, Any]) -> TypingNotice:
    return TypingNotice(
        said["contact"], said["who"], said.get("name"), from_ms(said["until"]), tuple(said.get("agents", ()))
    )
