"""Requests by the hundred, one after the other over one connection: a client's own work would be more than the router's."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.support.contract import conforms


@dataclass
class PlainClient:
    """An HTTP connection, as plain as can be; answers are held against the document, as everywhere."""

    url: httpx.URL
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Response:
        """The answer to a request whose body, if there is one, is JSON."""
        fields = {"Host": self.url.netloc.decode(), **headers}
        if body is not None:
            fields |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        answer = await self._answer(httpx.Request(method, self.url.join(path)))
        await conforms(answer)
        return answer

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        status, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = httpx.Headers([(name, value) for name, _, value in (line.partition(": ") for line in lines)])
        content = await self.reader.readexactly(int(headers["Content-Length"]))
        return httpx.Response(int(status.split()[1]), headers=headers, content=content, request=request)


@asynccontextmanager
async def plain_client(url: str) -> AsyncIterator[PlainClient]:
    """A connection to the router at an address."""
    address = httpx.URL(url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        yield PlainClient(address, reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
