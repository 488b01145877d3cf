"""Desks that write down every frame, take what they are offered, and come back wherever a router is ready."""

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from tests.survival.load import Balancer
from tests.survival.records import Frame, Heard

TICK_S = 0.05
AGAIN_S = 1.0
"""A command that was not seen to work is sent again after this long; commands are idempotent."""
PING_S = 2.0
HANDLE_S = (0.1, 0.4)
NOTED = {"assignment_id", "offer_id", "resume", "resumed", "state"}


@dataclass
class Desk:
    """One agent at work."""

    token: str
    balancer: Balancer
    dice: random.Random
    heard: Heard
    socket: ClientConnection | None = None
    url: str = ""
    last: int | None = None
    chain: int = 0
    taking: bool = True
    gone: bool = False
    """Stays away, for somebody else sits at the agent's desk."""
    hellos: list[float] = field(default_factory=list)
    offers: dict[str, float] = field(default_factory=dict)
    working: dict[str, float] = field(default_factory=dict)
    sent: int = 0

    async def work(self) -> None:
        """Sits down, and again elsewhere whenever the socket ends."""
        while True:
            with suppress(OSError, ConnectionClosed, TimeoutError, InvalidHandshake):
                if not self.gone:
                    await self._sit_down()
            self.socket = None
            await asyncio.sleep(0.1 + 0.3 * self.dice.random())

    async def _sit_down(self) -> None:
        self.url = self.balancer.choose()
        address = self.url.replace("http", "ws") + "/v1/agent-socket" + (f"?resume={self.last}" if self.last else "")
        try:
            async with connect(
                address,
                subprotocols=[Subprotocol("mci.v1")],
                additional_headers={"Authorization": f"Bearer {self.token}"},
                open_timeout=3,
                close_timeout=1,
                ping_interval=PING_S,
                ping_timeout=PING_S,
                compression=None,
            ) as self.socket:
                await self._converse(self.socket)
        except InvalidStatus as refused:
            self.heard.refused.append((_now(), refused.response.status_code))
            raise
        except ConnectionClosed as closed:
            self.heard.closes.append((_now(), closed.rcvd.code if closed.rcvd else 1006))
            self.heard.failures += bool(closed.rcvd and closed.rcvd.reason == "internal_error")
            raise

    async def _converse(self, socket: ClientConnection) -> None:
        acting = asyncio.create_task(self._act(socket))
        try:
            while True:
                await self._hear(socket, json.loads(await socket.recv()))
        finally:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)

    async def _hear(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        kind, data, seq = frame["type"], frame["data"], frame.get("seq")
        if kind == "hello":
            await self._greeted(socket, data)
        elif kind == "offer.created":
            self.offers[data["offer_id"]] = 0
        elif kind == "offer.revoked":
            self.offers.pop(data["offer_id"], None)
        elif kind == "assignment.started":
            self.offers.pop(data["assignment_id"].replace("asg_", "ofr_"), None)
            self.working[data["assignment_id"]] = _now() + self.dice.uniform(*HANDLE_S)
        elif kind == "contact.updated" and (data["state"] != "assigned" or data["assignment_ended"]):
            self.working.pop(data["assignment_id"], None)
        elif kind == "presence.changed" and self.taking and data["state"] != "available":
            await self._say(socket, "presence.set", state="available")
        elif kind == "ack" and data.get("state") == "assigned" and data.get("assignment_id"):
            self.heard.accepted.setdefault(data["assignment_id"], _now())
        elif kind == "error" and data["problem"]["type"].endswith(("offer_gone", "assignment_gone")):
            self.offers.pop(frame["id"].partition(" ")[2], None)
            self.working.pop(frame["id"].partition(" ")[2], None)
        self._note(kind, seq, data)

    async def _greeted(self, socket: ClientConnection, data: dict[str, Any]) -> None:
        if not data["resumed"]:
            self.chain += 1
            self.last = int(data["resume"]) if data["resume"] else None
            self.offers.clear()
            self.working.clear()
        if self.taking:
            await self._say(socket, "presence.set", state="available")

    def _note(self, kind: str, seq: int | None, data: dict[str, Any]) -> None:
        if kind == "hello":
            self.hellos.append(_now())
        if kind in ("ack", "error"):
            return
        slim = {name: value for name, value in data.items() if name in NOTED}
        contact = data.get("contact_id") or (data.get("contact") or {}).get("id")
        self.heard.frames.append(Frame(_now(), self.chain, seq, kind, {**slim, "contact": contact}))
        self.last = seq if seq is not None else self.last

    async def _act(self, socket: ClientConnection) -> None:
        """Accepts and completes what is due, and again until it is seen to have worked."""
        while True:
            await asyncio.sleep(TICK_S)
            at = _now()
            for offer in [one for one, due in self.offers.items() if due <= at and self.taking]:
                self.offers[offer] = at + AGAIN_S
                await self._say(socket, "offer.accept", offer, offer_id=offer)
            for assignment in [one for one, due in self.working.items() if due <= at]:
                self.working[assignment] = at + AGAIN_S
                await self._say(
                    socket, "assignment.complete", assignment, assignment_id=assignment, disposition="solved"
                )

    async def rest(self) -> None:
        """Takes nothing more: gives pending offers back."""
        self.taking = False
        if self.socket:
            with suppress(ConnectionClosed, OSError):
                await self._say(self.socket, "presence.set", state="away", reason="tea")

    def leave(self) -> None:
        """Stays away until `gone` is false again."""
        self.gone = True
        self.cut()

    def cut(self) -> None:
        """Ends the connection as a broken network does."""
        if self.socket:
            self.socket.transport.abort()

    async def _say(self, socket: ClientConnection, kind: str, about: str = "", **data: Any) -> None:
        self.sent += 1
        await socket.send(json.dumps({"type": kind, "id": f"{self.sent} {about}", "data": data}))


def _now() -> float:
    return asyncio.get_running_loop().time()
