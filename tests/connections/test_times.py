"""Who is silent, slow or too many is let go in time; who is served is not."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.frames import CloseCode, Frame, Opcode

from mci_router.cli.serve import server_options
from mci_router.connections.bounds import Connections
from mci_router.settings import Settings
from tests.connections.hostile import GET, SOCKET, all_of, connected

PATIENCE_S, BEAT_S = 10, 0.4
SLOW = {"head_timeout_s": 0.3, "body_timeout_s": 0.3}
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n"


class Application:
    """Answers each request with the length of its body, `/slow` once it is let; takes every socket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.let = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["connections"] = Connections.of(self._settings)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            while (await receive())["type"] != "websocket.disconnect":
                if scope["path"] == "/slow":
                    await self.let.wait()
        else:
            await self._answer(scope["path"], receive, send)

    async def _answer(self, path: str, receive: Any, send: Any) -> None:
        read, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read, more = read + len(message["body"]), message["more_body"]
        if path == "/slow":
            await self.let.wait()
        body = str(read).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(settings: Settings, **bounds: Any) -> AsyncIterator[tuple[str, Application]]:
    """The server that `serve` runs, with these bounds, and an application of a few lines; its address."""
    settings = settings.model_copy(update=bounds)
    application = Application(settings)
    server = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="on", **server_options(settings)))
    task = asyncio.create_task(server._serve())  # without signal handlers: Ctrl-C belongs to pytest
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", application
    finally:
        application.let.set()
        server.should_exit = True
        await task


Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Client: TypeAlias = Callable[[Reader, Writer], Awaitable[bytes]]


async def _silent(reader: Reader, writer: Writer) -> bytes:
    return await all_of(reader)


def _trickling(start: bytes, piece: bytes) -> Client:
    async def trickle(reader: Reader, writer: Writer) -> bytes:
        writer.write(start)
        ended = asyncio.create_task(all_of(reader))
        while not ended.done():
            writer.write(piece)
            await asyncio.wait([ended], timeout=0.02)
        return await ended

    return trickle


CONNECTIONS = {
    "silent": (_silent, b""),
    "a head that trickles": (_trickling(GET, b"X: y\r\n"), b"408"),
    "lines before a head that trickle": (_trickling(b"", b"\r\n"), b"408"),
    "a head that stops": (_trickling(GET, b""), b"408"),
    "a second head that trickles": (_trickling(GET + b"\r\n" + b"GET /", b"a"), b"408"),
    "a body that trickles": (_trickling(POST, b"a"), b"408"),
    "a body that stops": (_trickling(POST, b""), b"408"),
    "chunks that trickle": (
        _trickling(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        b"408",
    ),
    "a handshake by POST": (_trickling(SOCKET.replace(b"GET", b"POST", 1) + b"\r\n", b""), b"422"),
    "a handshake with a body": (_trickling(SOCKET + b"Content-Length: 2\r\n\r\n{}", b""), b""),
    "idle after an answer": (_trickling(GET + b"\r\n", b""), b"200"),
}
"""How a client holds a connection, and the status that it reads last."""


async def test_a_connection_that_asks_nothing_in_time_is_closed(settings: Settings) -> None:
    """With 408 where something had come, silently where nothing had; all at once, for each takes its time."""

    async def last_status(client: Client) -> bytes:
        async with connected(url) as (reader, writer):
            return (await client(reader, writer)).rpartition(b"HTTP/1.1 ")[2][:3]

    async with serving(settings, **SLOW, keep_alive_s=1) as (url, _), asyncio.timeout(PATIENCE_S):
        read = await asyncio.gather(*(last_status(client) for client, _ in CONNECTIONS.values()))
    assert dict(zip(CONNECTIONS, read, strict=True)) == {name: status for name, (_, status) in CONNECTIONS.items()}


async def test_waiting_for_an_answer_is_no_silence(settings: Settings) -> None:
    """A request that is long in being answered, and a socket on which nothing is said, outlive every time-out."""
    async with serving(settings, **SLOW) as (url, application), AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        slow, waiting = await stack.enter_async_context(connected(url))
        desk, opening = await stack.enter_async_context(connected(url))
        waiting.write(GET.replace(b"/livez", b"/slow") + b"\r\n")
        opening.write(SOCKET + b"\r\n")
        assert (await desk.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        async with connected(url) as (reader, _writer):
            assert await all_of(reader) == b""  # whoever is silent has been closed by now
        async with connected(url) as (reader, _writer):
            assert await all_of(reader) == b""
        application.let.set()
        assert (await slow.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert not desk.at_eof()


async def test_text_that_is_none_ends_the_socket(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Whole or in pieces, with the code that the protocol has for it, and a line in the log instead of a traceback."""
    async with serving(settings) as (url, _), asyncio.timeout(PATIENCE_S):
        for pieces in (b"\xff", [b"a", b"\xff"]):
            async with connect(url.replace("http", "ws")) as client:
                await client.send(pieces, text=True)
                await client.wait_closed()
                assert client.close_code == CloseCode.INVALID_DATA
    assert "text that is no UTF-8" in caplog.text
    assert "Traceback" not in caplog.text


async def test_connections_of_an_address_are_bounded(settings: Settings) -> None:
    """503 beyond the bound, requests and sockets alike; each end makes room for another."""
    bounds = {"connections_of_an_address": 2, "proxies": ()}
    async with serving(settings, **bounds) as (url, _), AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        desk, opening = await stack.enter_async_context(connected(url))
        opening.write(SOCKET + b"\r\n")
        await desk.readuntil(b"\r\n\r\n")
        async with connected(url) as (_, held):
            held.write(GET)
            async with connected(url) as (reader, _writer):
                refused = await all_of(reader)
            assert refused.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 2\r\n" in refused
            assert b"MCI_CONNECTIONS_OF_AN_ADDRESS" in refused
        opening.transport.abort()
        for _attempt in range(3):
            await _served(url)


async def test_connections_of_a_proxy_are_bounded_in_all(settings: Settings) -> None:
    """What speaks for many clients is not one address."""
    bounds = {"connections_of_an_address": 1, "connections_most": 3}
    async with serving(settings, **bounds) as (url, _), AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        for _held in range(3):
            _, writer = await stack.enter_async_context(connected(url))
            writer.write(GET)
        async with connected(url) as (reader, _writer):
            assert b"MCI_CONNECTIONS_MOST" in await all_of(reader)
        writer.transport.abort()
        await _served(url)


async def _served(url: str) -> None:
    """Returns once a request is served: the server hears of an end a moment after it."""
    while True:
        async with connected(url) as (reader, writer):
            writer.write(GET + b"Connection: close\r\n\r\n")
            if (await all_of(reader)).startswith(b"HTTP/1.1 200 "):
                return


async def test_a_client_that_sends_faster_than_it_is_read_is_not_taken_for_silent(settings: Settings) -> None:
    """Its pong lies unread behind what it has sent; who sends nothing, and no pong either, is let go."""
    async with serving(settings, heartbeat_s=BEAT_S) as (url, application):
        address = url.replace("http", "ws")
        async with connect(f"{address}/slow", ping_interval=None) as busy:
            for _ in range(10):
                await busy.send("x")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(busy.wait_closed(), 5 * BEAT_S)
            application.let.set()
            async with asyncio.timeout(PATIENCE_S):
                await (await busy.ping())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(busy.wait_closed(), 3 * BEAT_S)
        async with connect(address, ping_interval=None) as silent, asyncio.timeout(PATIENCE_S):
            silent.protocol.recv_frame = partial(_without_pong, silent.protocol.recv_frame)  # type: ignore[method-assign]
            await silent.wait_closed()
            assert silent.close_code == 1011


async def test_a_client_that_takes_nothing_is_let_go_whatever_it_sends(settings: Settings) -> None:
    """Its system has no room for what it is sent, long before as much lies here as is kept."""
    loop = asyncio.get_running_loop()
    async with serving(settings, heartbeat_s=BEAT_S) as (url, _), asyncio.timeout(PATIENCE_S):
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            await loop.sock_connect(deaf, (urlsplit(url).hostname, urlsplit(url).port))
            await loop.sock_sendall(deaf, SOCKET + b"\r\n")
            await loop.sock_recv(deaf, 12)
            with suppress(ConnectionError):
                while True:
                    await loop.sock_sendall(deaf, bytes([0x89, 0x80 | 125]) + bytes(4 + 125))  # a long ping
                    await asyncio.sleep(0.005)


def _without_pong(take: Callable[[Frame], None], frame: Frame) -> None:
    if frame.opcode is not Opcode.PING:
        take(frame)
