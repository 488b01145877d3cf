"""The `webhooks` section of the OpenAPI document: each event as its receiver reads it, made from the catalogue."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from mci_router.conversations.outbound_messages import EVENT, OutboundMessage
from mci_router.events import EventType
from mci_router.webhooks.catalogue import EVENTS
from mci_router.webhooks.envelope import MEDIA_TYPE, TYPE_PREFIX, CloudEvent

SCHEMAS, PARAMETERS = "#/components/schemas/", "#/components/parameters/"
HEADERS = {
    "webhook-id": "The event's `id`: a message that is sent again has the same one.",
    "webhook-timestamp": "Seconds since the epoch. Refuse a message whose time is more than a few minutes from yours.",
    "webhook-signature": "Signatures of Standard Webhooks, separated by spaces: `v1,` and Base64. One must be right.",
}
RESPONSES = {
    "2XX": {"description": "Taken. Anything else is a failure, and the message comes again."},
    "410": {"description": "You want no further events: the webhook becomes inactive."},
}


def with_webhooks(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the OpenAPI document with what webhooks are sent."""
    components = document["components"]
    components.setdefault("parameters", {}).update({name: _header(name, meaning) for name, meaning in HEADERS.items()})
    for name, schema in _schemas().items():
        components["schemas"].setdefault(name, schema)
    document["webhooks"] = {event.value: {"post": _operation(event)} for event in EVENTS}
    document["webhooks"][EVENT] = {"post": _outbound()}
    return document


def _operation(event: EventType) -> dict[str, Any]:
    return {
        "tags": ["webhooks"],
        "summary": event.value,
        "description": EVENTS[event].when,
        "operationId": f"on_{event.value.replace('.', '_')}",
        "security": [],
        "parameters": [{"$ref": f"{PARAMETERS}{name}"} for name in HEADERS],
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": event_schema(event)}}},
        "responses": RESPONSES,
    }


def _outbound() -> dict[str, Any]:
    """Returns how a message is posted to the adapter that delivers it: the one event that carries text."""
    return {
        "tags": ["adapters"],
        "summary": EVENT,
        "description": "A message to a customer, for the adapter of the channel.",
        "operationId": f"on_{EVENT.replace('.', '_')}",
        "security": [],
        "parameters": [{"$ref": f"{PARAMETERS}{name}"} for name in HEADERS],
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": _event_of(EVENT, OutboundMessage)}}},
        "responses": {
            "2XX": RESPONSES["2XX"],
            "410": {"description": "You will never deliver this message: it has failed. So says 422."},
        },
    }


def event_schema(event: EventType) -> dict[str, Any]:
    """Returns the schema of an event's body."""
    return _event_of(event, EVENTS[event].payload)


def _event_of(event: str, payload: type[BaseModel]) -> dict[str, Any]:
    data = {"$ref": f"{SCHEMAS}{payload.__name__}"}
    own = {"type": "object", "properties": {"type": {"type": "string", "const": f"{TYPE_PREFIX}{event}"}, "data": data}}
    return {"allOf": [{"$ref": f"{SCHEMAS}{CloudEvent.__name__}"}, own]}


def _header(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": meaning, "schema": {"type": "string"}}


def _schemas() -> dict[str, Any]:
    models: list[type[BaseModel]] = [
        CloudEvent,
        OutboundMessage,
        *dict.fromkeys(event.payload for event in EVENTS.values()),
    ]
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=SCHEMAS + "{model}")
    return {name: _present(schema) for name, schema in schemas["$defs"].items()}


def _present(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a model whose optional members are left out where they do not apply, and never null."""
    for name, member in schema.get("properties", {}).items():
        if {"type": "null"} in member.get("anyOf", []):
            (kept,) = [one for one in member.pop("anyOf") if one != {"type": "null"}]
            del member["default"]
            schema["properties"][name] = {**kept, **member}
    return schema
