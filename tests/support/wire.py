"""HTTP/1.1 over loopback for the tests' clients: what `httpx` sends and reads otherwise is half of what a request costs."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from itertools import chain

import httpx

LONGEST_HEAD = 1 << 20  # bytes
MOST_AT_ONCE = 1 << 16  # bytes of a body that are handed out together
NO_BODY = {204, 304}


class Wire(httpx.AsyncBaseTransport):
    """Connections, kept and used again for the same address, without TLS."""

    def __init__(self) -> None:
        self.idle = defaultdict[bytes, list[Connection]](list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        patience_s = request.extensions.get("timeout", {}).get("read")
        connection = await self._connection(request.url)
        try:
            await connection.send(request)
            async with _within(patience_s):
                status, headers = await connection.head()
        except BaseException:
            connection.close()
            raise
        body = _Body(self.idle[request.url.netloc], connection, request.method, status, dict(headers), patience_s)
        return httpx.Response(status, headers=headers, stream=body, request=request)

    async def _connection(self, url: httpx.URL) -> "Connection":
        while idle := self.idle[url.netloc]:
            if (kept := idle.pop()).is_open:
                return kept
            kept.close()
        try:
            return Connection(*await asyncio.open_connection(url.host, url.port, limit=LONGEST_HEAD))
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error

    async def aclose(self) -> None:
        for connection in chain(*self.idle.values()):
            connection.close()
        self.idle.clear()


class Connection:
    """One connection, with one request on its way at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    @property
    def is_open(self) -> bool:
        return not self.reader.at_eof() and not self.reader.exception() and not self._writer.is_closing()

    def close(self) -> None:
        self._writer.close()

    async def send(self, request: httpx.Request) -> None:
        """Sends a request; one that is refused before it is read to its end may still be answered."""
        lines = [request.method.encode() + b" " + request.url.raw_path + b" HTTP/1.1"]
        lines += [name + b": " + value for name, value in request.headers.raw]
        chunked = "Transfer-Encoding" in request.headers
        assert isinstance(request.stream, httpx.AsyncByteStream)
        with suppress(ConnectionError):
            waiting = b"\r\n".join([*lines, b"\r\n"])
            async for part in request.stream:
                self._writer.write(waiting + (b"%x\r\n%b\r\n" % (len(part), part) if chunked else part))
                waiting = b""
                await self._writer.drain()
            self._writer.write(waiting + (b"0\r\n\r\n" if chunked else b""))
            await self._writer.drain()

    async def head(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Returns the status and the headers, their names in small letters. Raises RemoteProtocolError."""
        status = 100
        while status < 200:
            first, *lines = (await _read(self.reader.readuntil(b"\r\n\r\n")))[:-4].split(b"\r\n")
            status = int(first.split(b" ", 2)[1])
        pairs = [line.partition(b":") for line in lines]
        return status, [(name.lower(), value.strip()) for name, _, value in pairs]


class _Body(httpx.AsyncByteStream):
    """The body of an answer. Read to its end, its connection is kept."""

    def __init__(
        self,
        idle: list[Connection],
        connection: Connection,
        method: str,
        status: int,
        headers: dict[bytes, bytes],
        patience_s: float | None,
    ) -> None:
        self._idle = idle
        self._connection = connection
        self._chunked = headers.get(b"transfer-encoding") == b"chunked"
        none = method == "HEAD" or status in NO_BODY
        self._left = 0 if none else int(headers.get(b"content-length", -1))
        self._kept = headers.get(b"connection") != b"close"
        self._patience_s = patience_s
        self._back = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._left:
            async with _within(self._patience_s):
                part = await (self._chunk() if self._chunked else self._some())
            if part:
                yield part

    async def _some(self) -> bytes:
        most = MOST_AT_ONCE if self._left < 0 else min(self._left, MOST_AT_ONCE)
        part = await _read(self._connection.reader.read(most))
        if not part and self._left > 0:
            raise httpx.RemoteProtocolError(f"the answer breaks off, {self._left} bytes before its end")
        self._left = 0 if not part else max(-1, self._left - len(part))
        return part

    async def _chunk(self) -> bytes:
        size = int(await _read(self._connection.reader.readuntil(b"\r\n")), 16)
        part = await _read(self._connection.reader.readexactly(size + 2))
        self._left = -1 if size else 0
        return part[:-2]

    async def aclose(self) -> None:
        if self._left or not self._kept:
            self._connection.close()
        elif not self._back:
            self._idle.append(self._connection)
        self._back = True


async def _read(reading: Awaitable[bytes]) -> bytes:
    try:
        return await reading
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
        raise httpx.RemoteProtocolError(f"the answer breaks off: {error}") from error


@asynccontextmanager
async def _within(seconds: float | None) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"no answer within {seconds} s") from error
