"""Server-sent events: an answer that goes on, as one event after the other."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse


class EventStream(StreamingResponse):
    """The answer."""

    media_type = "text/event-stream"


def stream(events: AsyncIterator[bytes]) -> EventStream:
    """Returns the answer that sends these events; proxies are asked not to hold them back."""
    return EventStream(events, headers={"X-Accel-Buffering": "no"})


def event(kind: str, data: Any, identifier: int | None = None) -> bytes:
    """Returns an event as it is sent; its data are JSON, which has no line break. A reader that comes again names the
    last identifier that it has (`Last-Event-ID`).
    """
    named = "" if identifier is None else f"id: {identifier}\n"
    return f"{named}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def comment(said: str = "") -> bytes:
    """Returns what no reader hears: it keeps the connection alive."""
    return f": {said}\n\n".encode()


def come_again(after_ms: int) -> bytes:
    """Returns what says after how long a reader comes again whose connection was lost."""
    return f"retry: {after_ms}\n\n".encode()
