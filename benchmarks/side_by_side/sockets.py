"""A lean WebSocket client: shakes hands, hands on the text frames that come, answers pings, sends text."""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
END_OF_HEAD = b"\r\n\r\n"
SEVEN_BITS, SIXTEEN_BITS = 126, 127


def handshake(path: str, token: str = "") -> bytes:
    """Returns the request that opens a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
    head += f"Sec-WebSocket-Protocol: mci.v1\r\nAuthorization: Bearer {token}\r\n" if token else ""
    return f"{head}\r\n".encode()


def frame(kind: int, payload: bytes) -> bytes:
    """Returns a frame as a client sends it: masked, here with zeros, which change nothing."""
    length = len(payload)
    if length < SEVEN_BITS:
        size = bytes([0x80 | length])
    elif length < 1 << 16:
        size = bytes([0x80 | SEVEN_BITS]) + length.to_bytes(2)
    else:
        size = bytes([0x80 | SIXTEEN_BITS]) + length.to_bytes(8)
    return bytes([0x80 | kind]) + size + bytes(4) + payload


def split(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Returns the kind and the payload of the first frame that a server sent, and what follows; None until it is whole."""
    if len(data) < 2:
        return None
    short, start = data[1] & 0x7F, 2
    if short >= SEVEN_BITS:
        start += 2 if short == SEVEN_BITS else 8
    length = int.from_bytes(data[2:start]) if start > 2 else short
    end = start + length
    return (data[0] & 0x0F, data[start:end], data[end:]) if len(data) >= end else None


class DeskSocket(asyncio.Protocol):
    """A desk's socket. `open` is set when the first frame has come."""

    def __init__(self, request: bytes, on_text: Callable[[bytes], None]) -> None:
        self._request, self._on_text = request, on_text
        self._data, self._shaken = b"", False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # no loop makes another one for TCP
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._shaken:
            self._shake()
        while self._shaken and (found := split(self._data)):
            kind, payload, self._data = found
            if kind == TEXT:
                if not self.open.done():
                    self.open.set_result(None)
                self._on_text(payload)
            elif kind == PING:
                self._transport.write(frame(PONG, payload))
            elif kind == CLOSE:
                self._transport.close()

    def _shake(self) -> None:
        head, end, rest = self._data.partition(END_OF_HEAD)
        if not end:
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self._fail(head)
        self._shaken, self._data = True, rest

    def _fail(self, why: bytes) -> None:
        if not self.open.done():
            self.open.set_exception(ConnectionError(repr(why[:300])))

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"closed: {error}".encode())

    def send(self, text: bytes) -> None:
        self._transport.write(frame(TEXT, text))

    def close(self) -> None:
        self._transport.close()


async def desk_socket(
    port: int, path: str, on_text: Callable[[bytes], None] = lambda _: None, *, token: str = ""
) -> DeskSocket:
    """Returns an open socket of a desk. Raises ConnectionError."""
    loop = asyncio.get_running_loop()
    _, desk = await loop.create_connection(lambda: DeskSocket(handshake(path, token), on_text), "127.0.0.1", port)
    async with asyncio.timeout(60):
        await desk.open
    return desk
