"""Clients over raw sockets that mean no good: what they send, and how the server ends it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import chain, repeat
from urllib.parse import urlsplit

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /v1/contacts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
SOCKET = (
    b"GET /v1/agent-socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)
ENDLESS = 4_000_000  # bytes: what is sent at most, and far more than a head may have
KIB_70 = 70_000


def _endless(start: bytes, piece: bytes) -> Iterator[bytes]:
    return chain([start], repeat(piece, ENDLESS // len(piece)))


def _in_bytes(start: bytes, rest: bytes) -> Iterator[bytes]:
    """All in one-byte pieces at its end: what costs a parser that joins pieces the most."""
    return chain([start], (rest[at : at + 1] for at in range(len(rest))))


TOO_LARGE = {
    "a header without end": lambda: _endless(GET + b"X: ", b"a" * 9_000),
    "a header just too large, in one packet": lambda: iter([GET + b"X: " + b"a" * KIB_70 + b"\r\n\r\n"]),
    "a header in single bytes": lambda: _in_bytes(GET + b"X: " + b"a" * 64_500, b"a" * 1_500),
    "a name without end": lambda: _endless(GET + b"X", b"a" * 9_000),
    "blanks before a value": lambda: _endless(GET + b"X:", b" " * 9_000),
    "many small headers": lambda: _endless(GET, b"a: b\r\n" * 500),
    "many small headers, in one packet": lambda: iter([GET + b"a: b\r\n" * 200 + b"\r\n"]),
    "a URL without end": lambda: _endless(b"GET /", b"a" * 9_000),
    "a URL just too large, in one packet": lambda: iter([b"GET /" + b"a" * KIB_70 + b" HTTP/1.1\r\nHost: x\r\n\r\n"]),
    "a query without end": lambda: _endless(b"GET /livez?", b"a=b&" * 2_000),
    "empty lines before a request": lambda: _endless(b"\r\n", b"\r\n" * 4_000),
    "trailers without end": lambda: _endless(CHUNKED + b"1\r\na\r\n0\r\n", b"X: b\r\n" * 500),
    "one trailer without end": lambda: _endless(CHUNKED + b"1\r\na\r\n0\r\nX: ", b"a" * 9_000),
    "a chunk's extension without end": lambda: _endless(CHUNKED + b"1;x=", b"a" * 9_000),
    "a handshake without end": lambda: _endless(SOCKET + b"X: ", b"a" * 9_000),
    "a handshake with a long line": lambda: iter([SOCKET + b"X: " + b"a" * 9_000 + b"\r\n\r\n"]),
    "a handshake with many headers": lambda: iter([SOCKET + b"a: b\r\n" * 140 + b"\r\n"]),
    "a second request without end": lambda: _endless(GET + b"\r\n" + GET + b"X: ", b"a" * 9_000),
    "a second request, too large, in one packet": lambda: iter(
        [GET + b"\r\n" + GET + b"X: " + b"a" * KIB_70 + b"\r\n\r\n"]
    ),
}
"""What is refused with 431, however it comes."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the server of a URL."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def send(writer: asyncio.StreamWriter, pieces: Iterator[bytes]) -> None:
    """Sends until all is sent or the server has ended the connection."""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if len(piece) == 1:
                await asyncio.sleep(0)  # so that it goes out alone
    except ConnectionError:
        return


async def answer_to(url: str, pieces: Iterator[bytes]) -> bytes:
    """All that the server answers until it ends the connection."""
    async with connected(url) as (reader, writer):
        sending = asyncio.create_task(send(writer, pieces))
        try:
            return await all_of(reader)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the end of the connection, also if that is abrupt."""
    got = b""
    try:
        while piece := await reader.read(65_536):
            got += piece
    except ConnectionError:
        pass
    return got
