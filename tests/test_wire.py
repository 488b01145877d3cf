"""The wire of the tests' clients: it reads an answer as it was sent, and never takes a part for the whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from tests.support.rows import every
from tests.support.service import PATIENCE_S, eventually
from tests.support.wire import Wire

WHOLE = {
    "with a length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    "after a word before": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
}
BROKEN = {
    "its head": b"HTTP/1.1 200 OK\r\nContent-Len",
    "its body": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
    "between chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
    "a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel",
    "nothing": b"",
}


@dataclass
class Peer:
    """What answers each request with the same bytes."""

    url: str = ""
    answer: bytes = b""
    leaves: bool = False
    connections: int = 0
    received: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await self._head(reader):
            chunked = b"transfer-encoding: chunked" in head.lower()
            self.received.append(head + (await reader.readuntil(b"0\r\n\r\n") if chunked else b""))
            writer.write(self.answer)
            if self.leaves:
                break
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""


@asynccontextmanager
async def answering(answer: bytes, *, leaves: bool = False) -> AsyncIterator[tuple[Peer, httpx.AsyncClient]]:
    peer = Peer(answer=answer, leaves=leaves)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    peer.url = url
    async with server, httpx.AsyncClient(base_url=url, transport=Wire(), timeout=PATIENCE_S) as client:
        yield peer, client


@every("how", WHOLE)
async def test_an_answer_is_read_whole_and_its_connection_used_again(how: str) -> None:
    """Whatever says how long it is."""
    async with answering(WHOLE[how]) as (peer, client):
        assert [(await client.get("/")).text for _ in range(3)] == ["hello"] * 3
        assert peer.connections == 1


@every("where", BROKEN)
async def test_an_answer_that_breaks_off_is_no_answer(where: str) -> None:
    """A test that asks for less than was sent would not see what is missing."""
    async with answering(BROKEN[where], leaves=True) as (peer, client):
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get("/")
        assert peer.connections == 2


async def test_a_head_alone_has_no_body() -> None:
    """Although it says how long that would be; so has what answers that there is none."""
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") as (peer, client):
        assert [(await client.head("/")).content for _ in range(2)] == [b"", b""]
        peer.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        assert [(await client.get("/")).content for _ in range(2)] == [b"", b""]
        assert peer.connections == 1


async def test_what_was_left_unread_is_not_the_next_answer() -> None:
    """A connection whose answer was not read to its end is left."""
    async with answering(WHOLE["with a length"]) as (peer, client):
        async with client.stream("GET", "/"):
            pass
        assert (await client.get("/")).text == "hello"
        assert peer.connections == 2


async def test_each_address_has_connections_of_its_own() -> None:
    """A test that asks a second service must not be answered by the first."""
    other = WHOLE["with a length"].replace(b"hello", b"other")
    async with answering(WHOLE["with a length"]) as (_, client), answering(other) as (peer, _):
        assert [(await client.get(url)).text for url in ("/", peer.url, "/")] == ["hello", "other", "hello"]


async def _left(client: httpx.AsyncClient) -> bool:
    ((kept,),) = client._transport.idle.values()  # type: ignore[attr-defined]
    return not kept.is_open


async def test_a_connection_that_was_closed_meanwhile_is_left() -> None:
    """As a service does with one that was idle for long."""
    async with answering(WHOLE["with a length"], leaves=True) as (peer, client):
        for _ in range(3):
            assert (await client.get("/")).text == "hello"
            await eventually(partial(_left, client))
        assert peer.connections == 3


async def test_a_body_may_be_sent_in_parts() -> None:
    """Each as a chunk, with its end."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"hel"
        yield b"lo"

    async with answering(WHOLE["in chunks"]) as (peer, client):
        assert (await client.post("/", content=parts())).status_code == 200
        assert peer.received[0].endswith(b"\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    """After the client's time it is a failure of the client's own kind."""
    async with answering(b"") as (_, client):
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/", timeout=0.05)
