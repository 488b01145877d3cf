"""The conversation with one desk: it is told what happens, and its agent's lease is renewed.

What an idle desk costs counts thousands of times: it has one task that listens and one that tells; for all else there
are timers.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import WebSocket

from mci_router.access.sessions import Session, WhyOver
from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.desk import DeskSession
from mci_router.api.parts import Parts
from mci_router.api.schemas.frames import FRAME
from mci_router.api.sockets.conversation import CLOSE_OVER, Conversation
from mci_router.api.sockets.pace import Pace
from mci_router.errors import EngineUnavailable
from mci_router.routing.calls import Status

REPLACED = (4409, "another desk has taken this agent over")


class DeskConversation(Conversation[DeskSession]):
    """One desk's socket that is accepted, until one side ends it."""

    frames: Any = FRAME

    def __init__(self, parts: Parts, socket: WebSocket, session: Session[AgentIdentity]) -> None:
        super().__init__(socket, session)
        self._parts = parts
        self._workspace = session.identity.workspace_id
        self._timer: asyncio.TimerHandle | None = None

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return self._parts.admission.opening(self._workspace)

    def _pace(self, side: DeskSession) -> Pace:
        return Pace(time.monotonic())

    def _begun(self, side: DeskSession) -> None:
        self._beside(lambda: self._forward(side))
        self._renew_later(side)

    def _over(self) -> None:
        if self._timer:
            self._timer.cancel()

    async def _forward(self, desk: DeskSession) -> None:
        """Sends the desk what happens, until another desk takes the agent over."""
        if await desk.forward():
            await self._close(*REPLACED)

    def _renew_later(self, desk: DeskSession) -> None:
        def renew() -> None:
            self._beside(lambda: self._renew(desk))

        self._timer = asyncio.get_running_loop().call_later(self._parts.settings.heartbeat_s, renew)

    async def _renew(self, desk: DeskSession) -> None:
        """Renews the agent's lease; connects the agent again after the live state was rebuilt."""
        try:
            status = await desk.renew()
        except EngineUnavailable:
            status = Status.OK
        if status is Status.REPLACED:
            await self._close(*REPLACED)
        elif status is Status.UNKNOWN:
            await self._close(CLOSE_OVER, WhyOver.AGENT_REMOVED)
        else:
            self._renew_later(desk)
