"""What request and answer bodies share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


class Body(BaseModel):
    """A request body: unknown fields are refused, so that a typing error is never silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """An answer body."""

    model_config = ConfigDict(from_attributes=True)


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_utc, return_type=str), Field(description="RFC 3339, UTC.")]


class ProblemDocument(BaseModel):
    """A problem (RFC 9457). `type` is stable and leads to an explanation; `errors` names each place that is wrong."""

    type: str = Field(examples=["/problems/unknown_topic"])
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[dict[str, Any]] | None = None
