"""The conversation with one desk: its frames are answered, it is told what happens, and its agent's lease is renewed.

What an idle desk costs counts thousands of times: it has one task that listens and one that tells; for all else there
are timers.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.websockets import WebSocketState

from mci_router.access.sessions import Session, WhyOver
from mci_router.api.desk.desk import DeskSession
from mci_router.api.desk.pace import Pace
from mci_router.api.parts import Parts
from mci_router.api.problems import describe
from mci_router.api.schemas.frames import FRAME
from mci_router.errors import EngineUnavailable, InvalidFrame, Problem
from mci_router.routing.calls import Status
from mci_router.storable import storable

log = logging.getLogger(__name__)

LONGEST_END_S = 1
LARGEST_FRAME = 65_536  # characters

REPLACED = (4409, "another desk has taken this agent over")
CLOSE_OVER = 4401
"""The token is no longer valid; the reason is one of `WhyOver`."""


class Conversation:
    """One socket that is accepted, until one side ends it."""

    def __init__(self, parts: Parts, socket: WebSocket, session: Session) -> None:
        self._parts = parts
        self._socket = socket
        self._session = session
        self._sides: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, frame: Any) -> None:
        """Sends a frame. Raises WebSocketDisconnect if the desk has gone, whatever the server calls that."""
        try:
            await self._socket.send_json(frame)
        except (RuntimeError, OSError) as gone:
            raise WebSocketDisconnect(1006) from gone

    async def run(self, make: Callable[[], Awaitable[DeskSession]], resume: int | None) -> None:
        """Makes the desk when its turn comes, opens it, and converses with it. Never raises for what a desk does."""
        first = asyncio.create_task(self._socket.receive())
        try:
            desk = await self._opened(make, resume, first)
            if desk is not None:
                self._session.when_over(lambda why: self._beside(lambda: self._close(CLOSE_OVER, why)))
                self._beside(lambda: self._forward(desk))
                self._renew_later(desk)
                await self._guarded(lambda: self._listen(desk, first))
            else:
                await asyncio.wait({first}, timeout=LONGEST_END_S)  # the server takes an earlier return for a fault
        finally:
            await _ended([first, *self._sides])
            if self._timer:
                self._timer.cancel()

    async def _opened(
        self, make: Callable[[], Awaitable[DeskSession]], resume: int | None, first: asyncio.Task[Any]
    ) -> DeskSession | None:
        """Returns the desk once it is open; None if it has left while it waited for its turn, or cannot be opened."""
        opened: list[DeskSession] = []

        async def open_desk() -> None:
            desk = await make()
            await desk.open(resume)
            opened.append(desk)

        async with self._parts.admission.opening(self._session.identity.workspace_id):
            if not (first.done() and _is_end(first)):
                await self._guarded(open_desk)
        return opened[0] if opened else None

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does work, and closes the socket with the code for what it fails by."""
        try:
            await work()
        except WebSocketDisconnect:
            return
        except Problem as problem:
            await self._close(1013, problem.slug)
        except Exception:
            log.exception("the desk of %s failed", self._session.identity.agent)
            await self._close(1011, "internal_error")

    async def _close(self, code: int, why: str) -> None:
        """Closes the socket, if it is open: the listening side hears of that."""
        if self._socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
                await self._socket.close(code, why)

    def _beside(self, work: Callable[[], Awaitable[None]]) -> None:
        side = asyncio.create_task(self._guarded(work))
        self._sides.add(side)
        side.add_done_callback(self._sides.discard)

    async def _listen(self, desk: DeskSession, first: asyncio.Task[Any]) -> None:
        """Answers each frame with an ack or an error. A bad frame does not close the socket."""
        message, pace = await first, Pace(time.monotonic())
        while message["type"] != "websocket.disconnect":
            if wait_s := pace.wait_s(time.monotonic()):
                await asyncio.sleep(wait_s)
            await self._answer(desk, message.get("text"))
            if self._socket.client_state is not WebSocketState.CONNECTED:
                return
            message = await self._socket.receive()

    async def _answer(self, desk: DeskSession, text: str | None) -> None:
        if text is None or len(text) > LARGEST_FRAME:
            await self.send(_error("", InvalidFrame("Send text frames of 65,536 characters at most.")))
            return
        try:
            frame = FRAME.validate_json(text)
        except ValidationError as error:
            faults = describe(error.errors(include_url=False, include_input=False))
            problem = InvalidFrame(f"{faults[0]['where'] or 'frame'}: {faults[0]['problem']}", errors=faults)
            await self.send(_error(_id_of(text), problem))
            return
        try:
            data = await desk.do(frame)
        except Problem as problem:
            await self.send(_error(frame.id, problem))
        else:
            await self.send({"type": "ack", "id": frame.id, "data": data})

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


def _is_end(received: asyncio.Task[Any]) -> bool:
    return bool(received.exception()) or received.result()["type"] == "websocket.disconnect"


async def _ended(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _error(frame_id: str, problem: Problem) -> dict[str, Any]:
    return {"type": "error", "id": frame_id, "data": {"problem": problem.document()}}


def _id_of(text: str) -> str:
    """Returns the id of a frame that is otherwise wrong, so that the desk knows which one it was."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return storable(str(frame.get("id", ""))[:64]) if isinstance(frame, dict) else ""
