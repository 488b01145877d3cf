"""What the OpenAPI document says of events, to hold real ones to."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from mci_router.events import EventType
from mci_router.webhooks.catalogue import EVENTS
from mci_router.webhooks.envelope import TYPE_PREFIX
from tests.support.contract import openapi_document, validator_of


@cache
def _schema_of(kind: str) -> str:
    """Where the document has the schema of an event's body."""
    (media_type,) = openapi_document()["webhooks"][kind]["post"]["requestBody"]["content"]
    return f"#/webhooks/{kind}/post/requestBody/content/{media_type.replace('/', '~1')}/schema"


def assert_documented(event: Mapping[str, Any]) -> None:
    """An event is as the document says of its type: nothing is missing, and nothing there is not described."""
    kind = str(event["type"]).removeprefix(TYPE_PREFIX)
    faults = [fault.message for fault in validator_of(_schema_of(kind)).iter_errors(event)]
    assert not faults, (event, faults)
    fields = EVENTS[EventType(kind)].payload.model_fields
    described = {field.alias or name for name, field in fields.items()}
    assert set(event["data"]) <= described, (event, set(event["data"]) - described)
