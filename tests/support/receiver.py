"""Somebody else's service that takes webhooks: a real HTTP server on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from standardwebhooks import Webhook

from tests.support.service import _no_signals, eventually


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def subject(self) -> str:
        return str(self.event["subject"])

    def signed_by(self, secret: str) -> bool:
        """What the library of Standard Webhooks says of it."""
        try:
            return bool(Webhook(secret).verify(self.body, self.headers) == self.event)
        except Exception:
            return False


@dataclass
class Receiver:
    """Answers 204, unless `answer` says another status for a request; `headers` go with every answer."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int] = lambda _: 204
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0
    answer_bytes: int = 0
    says: bytes = b""
    busy: int = 0
    most_busy: int = 0

    def of(self, subject: str) -> list[Received]:
        return [one for one in self.received if one.event.get("subject") == subject]

    async def until(self, count: int, subject: str | None = None) -> list[Received]:
        """What came, once it is so many."""

        async def enough() -> list[Received] | None:
            found = self.received if subject is None else self.of(subject)
            return found if len(found) >= count else None

        found: list[Received] = await eventually(enough)
        return found

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":  # who sends has not waited for it to be read
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        one = Received(scope["path"], headers, body, 0)
        one.answered = self.answer(one)
        self.received.append(one)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.busy -= 1
        told = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": one.answered, "headers": told})
        await send({"type": "http.response.body", "body": self.says or b"x" * self.answer_bytes})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    async with serving(receiver) as receiver.url:
        yield receiver


@asynccontextmanager
async def serving(app: Any, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """An application on a free port; its address."""
    options: dict[str, Any] = {"log_config": None, "lifespan": lifespan, "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(app, port=0, **options))
    server.capture_signals = _no_signals  # type: ignore[method-assign]  # Ctrl-C belongs to pytest
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
