"""A desk's socket, subprotocol `mci.v1`: it outlives lost connections, missing nothing, and every command gets its ack.

After a loss it connects again with `?resume=<seq of the last frame>` and sends unacknowledged commands once more: the
service takes a command it has carried out already as done.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from mci_router.demo.service import DemoError, Refused

SUBPROTOCOL = Subprotocol("mci.v1")
ACK_TIMEOUT_S = 10
PAUSE_S = 0.5  # before connecting again
MOST_FAILURES = 20  # in a row
FOR_GOOD = {4401: "its token no longer holds", 4409: "another desk has taken the agent over"}

Hear = Callable[[str, dict[str, Any]], None]


class DeskSocket:
    """One agent's connection. `hear` is called with type and data of every frame that is not an ack."""

    def __init__(self, url: str, token: str, hear: Hear, *, direct: bool) -> None:
        self._url = url
        self._token = token
        self._hear = hear
        self._direct = direct
        self._last: int | None = None
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.online = asyncio.Event()
        self.ended = ""
        """The reason why it will not connect again; empty while it will."""

    async def run(self) -> None:
        """Keeps the connection until it is cancelled or the service ends it for good. Raises DemoError."""
        failures = 0
        while not self.ended:
            try:
                await self._connection()
                failures = 0
            except InvalidStatus as error:
                if error.response.status_code < 500:
                    raise DemoError(
                        f"the service refuses an agent's socket with status {error.response.status_code}"
                    ) from error
                failures += 1
            except (OSError, TimeoutError, InvalidHandshake) as error:
                failures += 1
                if failures == MOST_FAILURES:
                    raise DemoError(f"the agent socket cannot be reached: {error}") from error
            finally:
                self._hang_up()
            if not self.ended:
                await asyncio.sleep(PAUSE_S)

    async def ask(self, kind: str, /, **data: Any) -> dict[str, Any]:
        """Sends a command until it is acknowledged; returns what the ack says.

        Raises Refused: the service says no, or has ended this connection for good.
        """
        frame_id = uuid4().hex
        while True:
            if self.ended:
                raise Refused(410, self.ended)
            await self.online.wait()
            answer = asyncio.get_running_loop().create_future()
            self._waiting[frame_id] = answer
            try:
                await self._send({"type": kind, "id": frame_id, "data": data})
                return await asyncio.wait_for(answer, ACK_TIMEOUT_S)
            except (ConnectionError, WebSocketException, TimeoutError):
                await asyncio.sleep(PAUSE_S)
            finally:
                self._waiting.pop(frame_id, None)

    async def _connection(self) -> None:
        url = self._url if self._last is None else f"{self._url}?resume={self._last}"
        headers = {"Authorization": f"Bearer {self._token}"}
        async with connect(
            url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None if self._direct else True
        ) as socket:
            self._socket = socket
            beat = asyncio.create_task(asyncio.sleep(0))
            try:
                async for message in socket:
                    frame = json.loads(message)
                    if frame["type"] == "hello":
                        beat = asyncio.create_task(self._beat(frame["data"]["heartbeat_s"]))
                    self._take(frame)
            except ConnectionClosed:
                pass
            finally:
                beat.cancel()
            self.ended = FOR_GOOD.get(socket.close_code or 0, "")

    def _take(self, frame: dict[str, Any]) -> None:
        kind, data = frame["type"], frame["data"]
        if "seq" in frame:
            self._last = frame["seq"]
        if kind == "hello":
            if not data["resumed"]:
                self._last = int(data["resume"]) if data["resume"] else None
            self.online.set()
        answer = self._waiting.get(frame.get("id", ""))
        if answer is None:
            if kind not in ("ack", "error"):
                self._hear(kind, data)
        elif not answer.done():
            if kind == "error":
                answer.set_exception(Refused(data["problem"]["status"], data["problem"]["detail"]))
            else:
                answer.set_result(data)

    async def _beat(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            with contextlib.suppress(ConnectionError, WebSocketException):
                await self._send({"type": "heartbeat", "id": uuid4().hex, "data": {}})

    async def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is None:
            raise ConnectionError("not connected")
        await self._socket.send(json.dumps(frame))

    def _hang_up(self) -> None:
        self._socket = None
        if self.ended:
            self.online.set()  # wakes those who wait, who then see `ended`
        else:
            self.online.clear()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the connection was lost"))
