"""The visit of one customer: what one socket is to be told, and how fast it may send."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.api.sockets.pace import OF_A_CUSTOMER, Pace

MOST_UNREAD = 256  # frames: more than happen to a customer in minutes
UNREAD = (1013, "unread")  # the client does not read: it comes again, and gets what it missed

Closing: TypeAlias = tuple[int, str]
"""The code and the reason with which a socket is closed."""


class Visit:
    """One socket of a customer. What it is told waits here until it is sent, up to a bound."""

    def __init__(self, identity: CustomerIdentity, send: Callable[[Any], Awaitable[None]]) -> None:
        self.identity = identity
        self.pace = Pace(time.monotonic(), OF_A_CUSTOMER)
        self.writing = asyncio.Lock()  # of all sockets of the customer: two first messages begin one conversation
        self.sent: dict[str, int] = {}
        """By case, the `seq` up to which the socket has every message, or will have by what waits."""
        self._send = send
        self._unread: asyncio.Queue[dict[str, Any] | Closing] = asyncio.Queue()

    @property
    def customer(self) -> str:
        return self.identity.customer

    @property
    def waiting(self) -> int:
        """How much waits to be sent."""
        return self._unread.qsize()

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Has a frame sent, after those before it."""
        if self._unread.qsize() >= MOST_UNREAD:
            self.close(*UNREAD)
        else:
            self._unread.put_nowait({"type": kind, "data": data})

    def close(self, code: int, why: str) -> None:
        """Has the socket closed. What it was not told yet it is not told: it may come again."""
        while not self._unread.empty():
            self._unread.get_nowait()
        self._unread.put_nowait((code, why))

    async def say(self, kind: str, data: Mapping[str, Any]) -> None:
        """Sends a frame now, before all that waits: only before `forward` has begun, or for what it does not order."""
        await self._send({"type": kind, "data": data})

    async def forward(self) -> Closing:
        """Sends what the customer is told, until the socket is to be closed; returns how."""
        while True:
            one = await self._unread.get()
            if isinstance(one, tuple):
                return one
            await self._send(one)
