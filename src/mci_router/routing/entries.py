"""A journal entry, parsed once, for all who read the journal: the projector, the desks' feed, webhooks. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from mci_router.clock import from_ms
from mci_router.events import EventType, event_type
from mci_router.values import value


def entry_id(stream_id: str) -> str:
    """Returns a stream's id, padded so that text order is time order: milliseconds and a counter."""
    ms, sequence = stream_id.split("-")
    return f"{int(ms):015d}-{int(sequence):06d}"


def stream_id(entry: str) -> str:
    """Returns the inverse of `entry_id`."""
    ms, sequence = entry.split("-")
    return f"{int(ms)}-{int(sequence)}"


@value
class JournalEntry:
    """What has happened, and where its contact, if it has one, stood afterwards.

    `id` is that by which entries sort as text, `stream_id` Redis's own. `type` is an `EventType`, or the word that a
    newer router wrote. `seq` counts the entries in the inbox of `agent`. `holder` serves the contact where `agent` is
    another. `data` is the whole entry as it was written, times in ms since the epoch.
    """

    id: str
    stream_id: str
    type: EventType | str
    at_ms: int
    data: Mapping[str, Any]
    contact: str | None = None
    state: str | None = None
    queue: str | None = None
    channel: str | None = None
    agent: str | None = None
    holder: str | None = None
    assignment: str | None = None
    offer: str | None = None
    rung: int | None = None
    asking: str | None = None
    why: str | None = None
    seq: int = 0

    @property
    def at(self) -> datetime:
        """Returns when it happened."""
        return from_ms(self.at_ms)

    @property
    def talk(self) -> bool:
        """Whether it is about a message, or an answer to a survey: its contact has not moved."""
        return self.type.startswith(TALK)

    @classmethod
    def of(cls, stream_id: str, data: Mapping[str, Any]) -> "JournalEntry":
        """Returns the entry as the live state has written it. Raises KeyError without `type` or `at`."""
        known = {name: data[name] for name in TYPED if data.get(name) is not None}
        return cls(entry_id(stream_id), stream_id, event_type(data["type"]), data["at"], data, **known)


TALK = ("message.", "survey.")

TYPED = (
    "contact",
    "state",
    "queue",
    "channel",
    "agent",
    "holder",
    "assignment",
    "offer",
    "rung",
    "asking",
    "why",
    "seq",
)


def parsed(stream_id: str, fields: Mapping[str, str]) -> JournalEntry:
    """Returns the entry of a stream's fields."""
    return JournalEntry.of(stream_id, orjson.loads(fields["entry"]))
