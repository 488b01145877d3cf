"""Schemas of exports and erasures of customers."""

from typing import Annotated, Any

from pydantic import Field

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.transfers import Why
from mci_router.privacy.exporting import SECTIONS
from mci_router.vocabulary import ErasureState


def described() -> dict[str, Any]:
    """Returns the schema of an export: a list for each of its sections."""
    rows = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
    about = {"customer_id": {"type": "string"}, "exported_at": {"type": "string", "format": "date-time"}}
    properties = about | {section.name: rows for section in SECTIONS}
    return {"type": "object", "properties": properties, "required": list(properties)}


class EraseIn(Body):
    """Why a customer is erased. It stays in the audit trail: name the request, and not the person."""

    reason: Annotated[Why, Field(examples=["GDPR, article 17, ticket 4711"])]


class ErasureOut(Answer):
    """An erasure. `left_id` is the customer without anything who has the cases since."""

    customer_id: str
    merged: Annotated[list[str], Field(description="Those who had been merged into the customer.")]
    left_id: str
    state: ErasureState
    asked_at: Moment
    erased_at: Annotated[Moment | None, Field(description="When all was gone; null while it is under way.")]
