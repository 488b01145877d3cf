"""Readers of what is written to an adapter's customers: one connection each, bounded in number and in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from secrets import token_hex

from fastapi import Request

from mci_router.api.outbound_typing import OutboundTyping
from mci_router.api.parts import Parts
from mci_router.api.server_sent import come_again, comment, event
from mci_router.conversations.links import Receiver
from mci_router.conversations.streaming import Replaced, Stream
from mci_router.errors import DatabaseUnavailable, NotAuthenticated
from mci_router.events import EventType
from mci_router.routing.engine.journal import EVERYTHING, FeedItem, Gap

HEARTBEAT_S = 5  # an adapter that hears nothing for three of these comes again
LOOK_S = 1  # how late a message comes of which the journal says nothing, and how soon a stream ends once we drain
KEY_S = 5  # how long a stream outlives its key
COME_AGAIN_MS = 1_000
WAKING = (EventType.MESSAGE_CREATED, EventType.MESSAGE_DELIVERY)


class Reader:
    """One who reads an adapter's messages: at most one batch of them is in memory, however slow the reader is."""

    def __init__(self, parts: Parts, request: Request, messages: Stream, *, typing: bool) -> None:
        """Takes what it reads; `typing`: its channel shows who types."""
        self._parts = parts
        self._request = request
        self._stream = messages
        self._entries: asyncio.Queue[FeedItem] = asyncio.Queue()
        self._typing = OutboundTyping(parts, messages.receiver, lambda: self._entries.put_nowait(Gap()))
        self._listens = typing

    @classmethod
    async def begun(
        cls, parts: Parts, request: Request, receiver: Receiver, last: int | None, for_s: float, *, typing: bool
    ) -> AsyncIterator[bytes]:
        """Returns the events, once what the reader has is acknowledged. Raises TooManyStreams, DatabaseUnavailable."""
        parts.streams.refuse_too_many()
        reader = cls(parts, request, parts.outbox.stream(receiver, token_hex(8)), typing=typing)
        await reader._stream.open(last)
        return reader._events(time.monotonic() + for_s)

    async def _events(self, until: float) -> AsyncIterator[bytes]:
        workspace, feed = self._stream.receiver.workspace, self._parts.feed
        with self._parts.streams.counted():
            self._entries = await feed.subscribe(workspace, EVERYTHING)
            listening = asyncio.create_task(self._typing.run()) if self._listens else None
            try:
                yield come_again(COME_AGAIN_MS)
                async for one in self._until_over(until):
                    yield one
            finally:
                if listening:
                    listening.cancel()
                feed.unsubscribe(workspace, EVERYTHING, self._entries)
                with suppress(DatabaseUnavailable):
                    await self._stream.leave()

    async def _until_over(self, until: float) -> AsyncIterator[bytes]:
        said_at = key_at = time.monotonic()
        while True:
            now = time.monotonic()
            if why := await self._over(until, check_key=now - key_at >= KEY_S):
                yield event("end", {"why": why})
                return
            key_at = now if now - key_at >= KEY_S else key_at
            try:
                messages = await self._stream.some()
            except Replaced:
                yield event("end", {"why": "replaced"})
                return
            except DatabaseUnavailable:
                messages = []
            for message in messages:
                yield event("message", message.data, message.row)
            for typing in self._typing.take():
                yield event("typing", typing)
            if messages or now - said_at >= HEARTBEAT_S:
                said_at = time.monotonic()
                if not messages:
                    yield comment()
            if not messages:
                await self._wait(min(LOOK_S, max(0, until - time.monotonic())))

    async def _over(self, until: float, *, check_key: bool) -> str | None:
        """Returns why the stream ends now, if it does. While the ledger is away, its key holds."""
        if self._request.app.state.draining:
            return "draining"
        if time.monotonic() >= until:
            return "time_over"
        if check_key:
            secret = self._request.headers.get("authorization", "").partition(" ")[2]
            try:
                await self._parts.keys.caller(secret)
            except NotAuthenticated:
                return "key_revoked"
            except DatabaseUnavailable:
                return None
        return None

    async def _wait(self, seconds: float) -> None:
        """Waits until the journal says that something was written, or that it may have been."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not _wakes(await self._entries.get()):
                    pass


def _wakes(item: FeedItem) -> bool:
    return isinstance(item, Gap) or getattr(item, "type", None) in WAKING
