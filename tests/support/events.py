"""What the OpenAPI document says of events, to hold real ones to."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from mci_router.events import EventType
from mci_router.webhooks.catalogue import EVENTS
from mci_router.webhooks.envelope import TYPE_PREFIX
from tests.support.contract import openapi_document


def assert_documented(event: Mapping[str, Any]) -> None:
    """An event is as the document says of its type: nothing is missing, and nothing there is not described."""
    kind = str(event["type"]).removeprefix(TYPE_PREFIX)
    (body,) = openapi_document()["webhooks"][kind]["post"]["requestBody"]["content"].values()
    schema = {**body["schema"], "components": openapi_document()["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    faults = [fault.message for fault in validator.iter_errors(event)]
    assert not faults, (event, faults)
    fields = EVENTS[EventType(kind)].payload.model_fields
    described = {field.alias or name for name, field in fields.items()}
    assert set(event["data"]) <= described, (event, set(event["data"]) - described)
