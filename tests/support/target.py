"""A company's own system that workflows call: a real server on loopback, which does what a test wants it to do."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Called:
    """One call that has come whole."""

    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.body)
        return data

    def signed_by(self, secret: str) -> bool:
        """What the library of Standard Webhooks says of it."""
        try:
            return bool(Webhook(secret).verify(self.body, self.headers) == self.data)
        except Exception:
            return False


Answers = Callable[["Target", Called, asyncio.StreamWriter], Awaitable[None]]


async def done(target: "Target", called: Called, writer: asyncio.StreamWriter) -> None:
    """Acts, and says so."""
    target.act(called)
    await reply(
        writer, 200, {"status": "succeeded", "message": "Your money is on its way.", "steps": [{"name": "paid"}]}
    )


async def reply(writer: asyncio.StreamWriter, status: int, body: Any = None, **headers: str) -> None:
    """Writes an answer."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
    await writer.drain()


@dataclass
class Target:
    """What it does for a call is `answers`; `moved` counts how often it has acted for each key of idempotency."""

    url: str = ""
    answers: Answers = done
    called: list[Called] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    def act(self, called: Called) -> None:
        self.moved[called.key] += 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        serving = asyncio.current_task()
        assert serving is not None
        self.open[serving] = writer
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            called = Called(headers, await reader.readexactly(int(headers.get("content-length", 0))))
            self.called.append(called)
            await self.answers(self, called, writer)
        writer.close()
        del self.open[serving]

    async def hang_up(self) -> None:
        """Ends what still serves: a loop that is closed while it does cannot close."""
        serving = [*self.open]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


@asynccontextmanager
async def running_target(answers: Answers = done) -> AsyncIterator[Target]:
    """A target on a free port."""
    target = Target(answers=answers)
    server = await asyncio.start_server(target.serve, "127.0.0.1", 0)
    target.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/act"
    try:
        yield target
    finally:
        server.close()
        await target.hang_up()
