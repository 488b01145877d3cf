"""Desks with moods and customers without patience, over real sockets and HTTP, on routers of which one may die."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol


@dataclass
class Fleet:
    """The routers as clients know them; one that is dead is soon avoided."""

    urls: list[str]
    dice: random.Random
    client: httpx.AsyncClient

    async def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Sends a request to some router, again and elsewhere until one answers."""
        while True:
            url = self.dice.choice(self.urls)
            with suppress(httpx.TransportError):
                response = await self.client.request(method, f"{url}{path}", **request)
                if response.status_code < 500 and not (response.status_code == 409 and "in_flight" in response.text):
                    return response
            await asyncio.sleep(0.05)

    async def post_all(
        self, contacts: int, posters: int, after: int, happens: Callable[[], Awaitable[None]]
    ) -> dict[int, str]:
        """Posts contacts over several connections; some customers leave again. The id that each was answered with."""
        numbers = iter(range(contacts))
        posted: dict[int, str] = {}

        async def poster() -> None:
            for number in numbers:
                topic, channel = (
                    self.dice.choice(["complaint", "card_fraud"]),
                    self.dice.choice(["chat", "chat", "voice"]),
                )
                body = {"channel": channel, "text": "help", "topic": topic, "priority": number % 3}
                answer = await self.request(
                    "POST", "/v1/contacts", json=body, headers={"Idempotency-Key": f"contact {number}"}
                )
                assert answer.status_code == 201, answer.text
                posted[number] = answer.json()["id"]
                if number == after:
                    await happens()
                if number % 10 == 0:
                    left = await self.request("POST", f"/v1/contacts/{posted[number]}/abandon")
                    assert left.status_code in (200, 409), left.text

        await asyncio.gather(*(poster() for _ in range(posters)))
        return posted


@dataclass
class Desk:
    """An agent with moods: accepts, declines, lets offers pass, passes contacts on, pulls others, takes breaks, loses
    the connection.
    """

    agent: str
    token: str
    fleet: Fleet
    dice: random.Random
    others: list[str]
    queues: list[str]
    last: int | None = None
    shown: Counter[str] = field(default_factory=Counter)
    working_on: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    resumed: int = 0
    later: set[asyncio.Task[None]] = field(default_factory=set)

    async def work(self) -> None:
        while True:
            with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                await self._sit_down(self.dice.choice(self.fleet.urls))
            await asyncio.sleep(self.dice.choice([0.01, 0.1, 0.3]))

    async def _sit_down(self, url: str) -> None:
        address = url.replace("http", "ws") + "/v1/agent-socket" + (f"?resume={self.last}" if self.last else "")
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(
            address, subprotocols=[Subprotocol("mci.v1")], additional_headers=headers, open_timeout=5
        ) as socket:
            async for text_frame in socket:
                frame = json.loads(text_frame)
                self.last = frame.get("seq", self.last)
                await self._answer(socket, frame["type"], frame.get("id") or "", frame["data"])

    async def _answer(self, socket: ClientConnection, kind: str, frame: str, data: dict[str, Any]) -> None:
        if kind == "hello":
            self._hear_hello(data)
            await self._say(socket, "presence.set", state="available")
            for assignment in self.working_on:
                await self._complete(socket, assignment)
        elif kind == "offer.created":
            self.shown[data["offer_id"]] += 1
            await self._answer_offer(socket, data["offer_id"])
        elif kind == "assignment.started":
            self.working_on.add(data["assignment_id"])
            await self._serve(socket, data["assignment_id"])
        elif kind == "contact.updated" and data["state"] != "assigned":
            self.working_on.discard(data["assignment_id"])
            if data["state"] == "wrapping_up" and self.dice.random() < 0.5:
                await self._say(socket, "wrap_up.done", assignment_id=data["assignment_id"])
        elif kind == "presence.changed" and data["state"] == "away":
            self._soon(self._say(socket, "presence.set", state="available"), 0.2)
        elif kind == "ack":
            await self._hear_ack(socket, frame, data)

    def _hear_hello(self, data: dict[str, Any]) -> None:
        self.resumed += data["resumed"]
        if not data["resumed"]:
            self.shown.clear()
            self.working_on.clear()
            self.last = int(data["resume"]) if data["resume"] else None

    async def _hear_ack(self, socket: ClientConnection, frame: str, data: dict[str, Any]) -> None:
        self.done[frame] += 1
        if data.get("state") == "assigned" and data["assignment_id"]:  # none: another agent has what this one passed on
            self.accepted.add(data["assignment_id"])
        if frame == "line.list" and data["waiting"]:
            await self._say(socket, "contact.pull", contact_id=self.dice.choice(data["waiting"])["contact_id"])

    async def _answer_offer(self, socket: ClientConnection, offer: str) -> None:
        mood = self.dice.random()
        if mood < 0.75:
            await self._say(socket, "offer.accept", offer_id=offer)
        elif mood < 0.87:
            await self._say(socket, "offer.decline", offer_id=offer, reason="not now")
        elif mood < 0.95:
            socket.transport.abort()

    async def _serve(self, socket: ClientConnection, assignment: str) -> None:
        """Mostly to the end; now and then it is passed on. The agent who still has it after that completes it."""
        mood = self.dice.random()
        if mood < 0.05:
            await self._transfer(socket, assignment, agent=self.dice.choice(self.others))
        elif mood < 0.1:
            await self._transfer(socket, assignment, queue=self.dice.choice(self.queues))
        else:
            await self._complete(socket, assignment)
        if mood > 0.97:
            await self._say(socket, "presence.set", state="away", reason="tea")
        elif mood > 0.88:
            await self._say(socket, "line.list")

    async def _transfer(self, socket: ClientConnection, assignment: str, **to: str) -> None:
        await self._say(
            socket,
            "assignment.transfer",
            assignment_id=assignment,
            reason="for you",
            warm=self.dice.random() < 0.5,
            keep_skills=True,  # so that who reads the books knows what the contact asks
            **to,
        )
        self._soon(self._complete(socket, assignment), 0.5)

    async def _complete(self, socket: ClientConnection, assignment: str) -> None:
        await asyncio.sleep(self.dice.random() * 0.02)
        await self._say(socket, "assignment.complete", assignment_id=assignment, disposition="solved")

    def _soon(self, what: Coroutine[Any, Any, None], seconds: float) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            with suppress(ConnectionClosed, OSError):
                await what

        task = asyncio.create_task(wait())
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    async def _say(self, socket: ClientConnection, kind: str, **data: Any) -> None:
        await socket.send(json.dumps({"type": kind, "id": kind, "data": data}))
