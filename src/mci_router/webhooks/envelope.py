"""Envelope: the CloudEvent that is sent, in its structured JSON form, and its id, made from the journal entry alone."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from mci_router.clock import from_ms, moment
from mci_router.events import EventType
from mci_router.ids import NOUNS
from mci_router.lazy_schemas import LazyModel
from mci_router.values import value

MEDIA_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "mci."
TEST_EVENT = EventType.WEBHOOK_TEST

HIDDEN = frozenset({"type", "at", "seq", "session", "line", "asking", "notes"}) | {
    *(
        "stay",
        "target_ms",
        "waited",
        "waits_since",
        "segment_waited",
        "segment_offers",
        "held",
        "held_since",
        "parked",
        "awaited",
        "awaited_since",
        "others",
    ),
}
"""Members of an entry that are in the envelope already, matter only within the service, or are always text."""

WRITTEN_FOR_CUSTOMERS = frozenset({"status_text", "message"})
"""Members whose text operators wrote for customers to read: it is sent as it is."""

OPERATORS_WORDS = frozenset({"person", "backup", "endpoint"})
"""Members that operators configured for receivers, names and addresses: they are sent as they are."""

SUBJECTS = (
    *("contact", "agent", "queue", "incident", "topic", "customer", "post", "escalation", "webhook", "run"),
    "schedule",
)
"""The subjects that an event may have, the nearest first."""

WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,100}")
HASH_BITS = 54


@value
class Message:
    """One event on its way to a webhook. `attempts` counts the one under way."""

    id: str
    type: str
    at: datetime
    subject: str
    data: Mapping[str, Any]
    attempts: int


class CloudEvent(LazyModel):
    """An event as a webhook is sent it, in the structured JSON form of CloudEvents 1.0.

    Later versions may add members and types.
    """

    specversion: Literal["1.0"]
    id: Annotated[
        str, Field(description="The same for every delivery of the event, to every webhook of the workspace.")
    ]
    source: Annotated[str, Field(examples=["/workspaces/acme"])]
    type: Annotated[str, Field(examples=["mci.offer.accepted"])]
    subject: Annotated[
        str | None, Field(description="What it is about: the contact, or else the agent, the queue …")
    ] = None
    time: Annotated[str, Field(description="When it happened.", json_schema_extra={"format": "date-time"})]
    datacontenttype: Literal["application/json"]
    data: dict[str, Any]


def message_id(workspace: str, event_id: str) -> str:
    """Returns the event's id: a UUIDv7 whose random bits are a hash.

    Every process makes the same id for an event, and ids are in the order of the events.
    """
    digest = hashlib.sha256(f"{workspace} {event_id}".encode()).digest()
    return _message_id(event_id, int.from_bytes(digest[:8], "big") >> (64 - HASH_BITS))


def first_message_id(event_id: str) -> str:
    """Returns the lowest id that a message of that event could have: it is above those of all earlier events."""
    return _message_id(event_id, 0)


def _message_id(event_id: str, low: int) -> str:
    ms, sequence = map(int, event_id.split("-"))
    bits = ms << 80 | 0x7 << 76 | (sequence >> 8 & 0xFFF) << 64 | 0b10 << 62 | (sequence & 0xFF) << HASH_BITS | low
    return f"{NOUNS['message']}_{UUID(int=bits).hex}"


def subject_of(entry: Mapping[str, Any]) -> str:
    """Returns what an entry is about: the first of `SUBJECTS` that it names; empty if it names none."""
    return str(next((entry[about] for about in SUBJECTS if entry.get(about)), ""))


def public(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the part of an entry that may be sent.

    It has no free text, except what operators wrote for customers: a value that is not one word, such as a typed
    reason, is left out.
    """
    shown = {name: _shown(name, value) for name, value in entry.items() if name not in HIDDEN}
    return {name: value for name, value in shown.items() if value is not None}


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_at") and isinstance(value, int | float):
        return moment(from_ms(value))
    if isinstance(value, str):
        return value if name in WRITTEN_FOR_CUSTOMERS | OPERATORS_WORDS or WORD.fullmatch(value) else None
    if isinstance(value, Mapping):
        return dict(value) if name in OPERATORS_WORDS else public(value)
    if isinstance(value, list):
        return [shown for inner in value if (shown := _shown("", inner)) is not None]
    return value


def cloud_event(message: Message, workspace_name: str) -> bytes:
    """Returns the body of the request, always the same for the same event."""
    event = {
        "specversion": "1.0",
        "id": message.id,
        "source": f"/workspaces/{workspace_name}",
        "type": f"{TYPE_PREFIX}{message.type}",
        **({"subject": message.subject} if message.subject else {}),
        "time": moment(message.at),
        "datacontenttype": "application/json",
        "data": message.data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=False).encode()
