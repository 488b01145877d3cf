"""A lean client over HTTP/1.1, the same for every service: requests are written beforehand, answers hardly read.

Closed: each connection sends its next request when its last was answered. Paced: requests leave at their times.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "
PATIENCE_S = 20


def request(path: str, body: bytes, key: str = "") -> bytes:
    """Returns a POST as bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return (head + (f"Authorization: Bearer {key}\r\n" if key else "") + "\r\n").encode() + body


def whole(data: bytes) -> int:
    """Returns the length of the first answer in `data` once it is complete; 0 until then."""
    end = data.find(END_OF_HEAD)
    if end < 0:
        return 0
    head = data[:end].lower()
    start = head.find(LENGTH)
    stop = head.find(b"\r", start)
    length = int(head[start + len(LENGTH) : stop if stop > 0 else end]) if start > 0 else 0
    full = end + len(END_OF_HEAD) + length
    return full if len(data) >= full else 0


@dataclass(slots=True)
class Burst:
    """What came of one burst: when it began and how long it took in seconds, the latency of each answer in seconds, and
    answers that were not 201.
    """

    began: float = 0.0
    elapsed_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return len(self.latencies_s) / self.elapsed_s


class Connection(asyncio.Protocol):
    """One keep-alive connection that has one request under way at a time."""

    def __init__(self, burst: Burst) -> None:
        self.burst, self.requests = burst, iter(())  # type: Burst, Iterator[bytes]
        self.until = 0.0
        self.idle: deque[Connection] | None = None
        self.free = asyncio.Event()
        self._data, self._sent = b"", 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # no loop makes another one for TCP

    def send(self, what: bytes, at: float) -> None:
        """Sends a request whose latency counts from `at`."""
        self._sent = at
        self.free.clear()
        self._transport.write(what)

    def data_received(self, data: bytes) -> None:
        data = self._data + data if self._data else data
        if not (length := whole(data)):
            self._data = data
            return
        self._data, now = data[length:], time.perf_counter()
        self.burst.latencies_s.append(now - self._sent)
        if data[9:12] != b"201":
            self.burst.refused.append(data)
        if now < self.until and (following := next(self.requests, None)):
            self.send(following, now)
        else:
            self._rest()

    def _rest(self) -> None:
        self.free.set()
        if self.idle is not None:
            self.idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.free.is_set():
            self.burst.refused.append(f"connection lost: {error}".encode())
            self.free.set()

    def close(self) -> None:
        self._transport.close()


async def connections(port: int, count: int, burst: Burst) -> list[Connection]:
    """Returns so many open connections to a port of this machine."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Connection(burst), "127.0.0.1", port) for _ in range(count)]
    return [connection for _, connection in made]


async def closed(port: int, requests: Iterator[bytes], *, count: int, seconds: float) -> Burst:
    """Sends as fast as the answers come, by `count` connections, for so long; ends when the last is answered."""
    burst = Burst()
    opened = await connections(port, count, burst)
    began = time.perf_counter()
    for connection in opened:
        connection.requests, connection.until = requests, began + seconds
        connection.send(next(requests), time.perf_counter())
    return await _ended(burst, opened, began, seconds + PATIENCE_S)


async def paced(port: int, requests: Iterable[bytes], *, per_s: float, count: int) -> Burst:
    """Sends at an even rate, whatever the answers do; latencies count from when each should have left."""
    burst = Burst()
    opened = await connections(port, count, burst)
    idle = deque(opened)
    for connection in opened:
        connection.idle = idle
        connection.free.set()
    began = time.perf_counter()
    for number, what in enumerate(requests):
        at = began + number / per_s
        if (early := at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        while not idle:
            await asyncio.wait([asyncio.ensure_future(c.free.wait()) for c in opened], return_when="FIRST_COMPLETED")
        idle.popleft().send(what, at)
    return await _ended(burst, opened, began, PATIENCE_S)


async def _ended(burst: Burst, opened: list[Connection], began: float, patience_s: float) -> Burst:
    """Returns the burst once all is answered; what is not in time counts as refused."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await asyncio.gather(*(connection.free.wait() for connection in opened))
    burst.began, burst.elapsed_s = began, time.perf_counter() - began
    for connection in opened:
        if not connection.free.is_set():
            burst.refused.append(b"no answer in time")
        connection.close()
    return burst
