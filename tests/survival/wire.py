"""HTTP by hand: one request, one answer, and it is known whether the request had left when the connection broke."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

IDLE_S = 2  # shorter than a router keeps an idle connection


class Unanswered(EOFError):
    """The request left, and the connection ended without an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a router answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Wire:
    """One connection to a router, used for one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float = 0

    @classmethod
    async def open(cls, url: str) -> "Wire":
        address = urlsplit(url)
        return cls(*await asyncio.open_connection(address.hostname, address.port))

    async def ask(self, request: bytes) -> Answer:
        """Raises Unanswered where there is none."""
        try:
            self.writer.write(request)
            await self.writer.drain()
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        except (EOFError, OSError) as error:
            raise Unanswered(str(error)) from error
        self.used = asyncio.get_running_loop().time()
        return Answer(int(head[0].split(" ")[1]), headers, body)

    @property
    def fresh(self) -> bool:
        """Whether it can be used once more."""
        idle = asyncio.get_running_loop().time() - self.used
        return idle < IDLE_S and not self.reader.at_eof() and not self.writer.is_closing()

    def close(self) -> None:
        with suppress(RuntimeError):
            self.writer.transport.abort()


@dataclass
class Wires:
    """Connections that are kept, by the router they lead to."""

    idle: dict[str, list[Wire]] = field(default_factory=dict)

    async def ask(self, url: str, request: bytes, timeout_s: float) -> Answer:
        """Raises OSError where the request could not be sent, Unanswered or TimeoutError where it was."""
        async with asyncio.timeout(timeout_s):
            wire = self._kept(url) or await Wire.open(url)
            try:
                answer = await wire.ask(request)
            except BaseException:
                wire.close()
                raise
        if answer.headers.get("connection") == "close":
            wire.close()
        else:
            self.idle.setdefault(url, []).append(wire)
        return answer

    def _kept(self, url: str) -> Wire | None:
        kept = self.idle.get(url, [])
        while kept:
            wire = kept.pop()
            if wire.fresh:
                return wire
            wire.close()
        return None

    def close(self) -> None:
        for wires in self.idle.values():
            for wire in wires:
                wire.close()
        self.idle.clear()


def request(method: str, url: str, path: str, body: Any = None, **headers: str) -> bytes:
    """Returns a request as it goes over the wire."""
    sent = b"" if body is None else json.dumps(body).encode()
    named = {"host": urlsplit(url).netloc, "content-type": "application/json", "content-length": str(len(sent))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**named, **headers}.items())]
    return "\r\n".join([*lines, "", ""]).encode() + sent


async def ask(url: str, method: str, path: str, timeout_s: float, **headers: str) -> Answer:
    """Returns the answer of one request on a connection of its own."""
    async with asyncio.timeout(timeout_s):
        wire = await Wire.open(url)
        try:
            return await wire.ask(request(method, url, path, **headers))
        finally:
            wire.close()
