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


def event(kind: str, data: Any) -> bytes:
    """Returns an event as it is sent; its data are JSON, which has no line break."""
    return f"event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
