"""The conversation over one socket that is accepted: its frames are answered, until one side ends it.

What an idle socket costs counts thousands of times: it has one task that listens; what a side does beside that it says
itself.
"""

import asyncio
import contextlib
import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketState

from mci_router.access.sessions import Session
from mci_router.api.problems import describe
from mci_router.api.sockets.pace import Pace
from mci_router.database_errors import Raced, lost_race, raced_by
from mci_router.documents import as_json
from mci_router.errors import InvalidFrame, Overtaken, Problem
from mci_router.storable import storable

log = logging.getLogger(__name__)

LONGEST_END_S = 1
LARGEST_FRAME = 65_536  # characters

CLOSE_OVER = 4401
"""The token is no longer valid; the reason is one of `WhyOver`."""


class Doer(Protocol):
    """What answers the frames of a socket."""

    async def do(self, frame: Any) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises the problem of one that it refuses."""


Side = TypeVar("Side", bound=Doer)


class Conversation(ABC, Generic[Side]):
    """One socket that is accepted, until one side ends it."""

    frames: TypeAdapter[Any]
    """Of what the client sends."""

    def __init__(self, socket: WebSocket, session: Session[Any]) -> None:
        self._socket = socket
        self._session = session
        self._sides: set[asyncio.Task[None]] = set()

    async def send(self, frame: Any) -> None:
        """Sends a frame. Raises WebSocketDisconnect if the client has gone, whatever the server calls that."""
        try:
            await self._socket.send_text(as_json(frame))
        except (RuntimeError, OSError) as gone:
            raise WebSocketDisconnect(1006) from gone

    async def run(self, make: Callable[[], Awaitable[Side]]) -> None:
        """Makes what answers, when its turn comes, and converses with it. Never raises for what a client does."""
        first = asyncio.create_task(self._socket.receive())
        try:
            side = await self._made(make, first)
            if side is not None:
                self._session.when_over(lambda why: self._beside(lambda: self._close(CLOSE_OVER, why)))
                self._begun(side)
                await self._guarded(lambda: self._listen(side, first))
            else:
                await asyncio.wait({first}, timeout=LONGEST_END_S)  # the server takes an earlier return for a fault
        finally:
            await _ended([first, *self._sides])
            self._over()

    @abstractmethod
    def _turn(self) -> AbstractAsyncContextManager[None]:
        """Returns the place in which the side is made."""

    @abstractmethod
    def _pace(self, side: Side) -> Pace:
        """Returns the pace of the side's frames."""

    @abstractmethod
    def _begun(self, side: Side) -> None:
        """Begins what is done beside listening."""

    def _over(self) -> None:
        """Ends what was begun, but for tasks."""

    async def _made(self, make: Callable[[], Awaitable[Side]], first: asyncio.Task[Any]) -> Side | None:
        """Returns the side; None if the client has left while it waited for its turn, or the side cannot be made."""
        made: list[Side] = []

        async def make_it() -> None:
            made.append(await make())

        async with self._turn():
            if not (first.done() and _is_end(first)):
                await self._guarded(make_it)
        return made[0] if made else None

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does work, and closes the socket with the code for what it fails by."""
        try:
            await work()
        except WebSocketDisconnect:
            return
        except Problem as problem:
            await self._close(1013, problem.slug)
        except Exception:
            log.exception("the socket of %s failed", self._session.identity)
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

    async def _listen(self, side: Side, first: asyncio.Task[Any]) -> None:
        """Answers each frame with an ack or an error. A bad frame does not close the socket."""
        message, pace = await first, self._pace(side)
        while message["type"] != "websocket.disconnect":
            if wait_s := pace.wait_s(time.monotonic()):
                await asyncio.sleep(wait_s)
            await self._answer(side, message.get("text"))
            if self._socket.client_state is not WebSocketState.CONNECTED:
                return
            message = await self._socket.receive()

    async def _answer(self, side: Side, text: str | None) -> None:
        if text is None or len(text) > LARGEST_FRAME:
            await self.send(_error("", InvalidFrame("Send text frames of 65,536 characters at most.")))
            return
        try:
            frame = self.frames.validate_json(text)
        except ValidationError as error:
            faults = describe(error.errors(include_url=False, include_input=False))
            problem = InvalidFrame(f"{faults[0]['where'] or 'frame'}: {faults[0]['problem']}", errors=faults)
            await self.send(_error(_id_of(text), problem))
            return
        try:
            data = await side.do(frame)
        except Problem as problem:
            await self.send(_error(frame.id, problem))
        except (Raced, DBAPIError) as error:
            if not (isinstance(error, Raced) or lost_race(error)):
                raise
            log.warning("a frame of %s was overtaken: %s", self._session.identity, raced_by(error))
            await self.send(_error(frame.id, Overtaken()))
        else:
            await self.send({"type": "ack", "id": frame.id, "data": data})


def _is_end(received: asyncio.Task[Any]) -> bool:
    return bool(received.exception()) or received.result()["type"] == "websocket.disconnect"


async def _ended(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _error(frame_id: str, problem: Problem) -> dict[str, Any]:
    return {"type": "error", "id": frame_id, "data": {"problem": problem.document()}}


def _id_of(text: str) -> str:
    """Returns the id of a frame that is otherwise wrong, so that the client knows which one it was."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return storable(str(frame.get("id", ""))[:64]) if isinstance(frame, dict) else ""
