"""What request and answer bodies share."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from mci_router.clock import moment
from mci_router.storable import StorableModel

Reference = Annotated[str, Path(pattern=r"^[A-Za-z0-9_]{1,64}$", description="A name or an id.")]
"""A path parameter that names a resource. What could never be one is refused before it reaches a database or a key."""


class Body(StorableModel):
    """A request body."""


class Answer(BaseModel):
    """An answer body."""

    model_config = ConfigDict(from_attributes=True)


Moment = Annotated[datetime, PlainSerializer(moment, return_type=str), Field(description="RFC 3339, UTC.")]


class ProblemDocument(BaseModel):
    """A problem (RFC 9457). `type` is stable and leads to an explanation; `errors` names each place that is wrong."""

    type: str = Field(examples=["/problems/unknown_topic"])
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[dict[str, Any]] | None = None
