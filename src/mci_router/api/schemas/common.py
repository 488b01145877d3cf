"""Parts that request and answer bodies share."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, PlainSerializer

from mci_router.clock import moment
from mci_router.lazy_schemas import LazyModel
from mci_router.storable import StorableModel

REFERENCE = re.compile(r"[A-Za-z0-9_]{1,64}", re.ASCII)
Reference = Annotated[str, Path(pattern=rf"^{REFERENCE.pattern}$", description="A name or an id.")]
"""A path parameter that names a resource. What cannot be one is refused before it reaches the database."""


def empty(kind: type[list[Any]] | type[dict[Any, Any]]) -> Any:
    """Returns a default of no items. Written as `[]` or `{}`, it would be copied deeply for each model."""
    return Field(default_factory=kind, json_schema_extra={"default": kind()})


class Body(StorableModel):
    """A request body."""


class Answer(LazyModel):
    """An answer body. A member with a default is always in it."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)


def _as_written(value: Any) -> Any:
    """Returns the value, or refuses a bare number: it does not say whether it counts seconds or milliseconds."""
    if (isinstance(value, str) and not INSTANT.fullmatch(value)) or isinstance(value, int | float):
        raise ValueError("must be a time with an offset, such as 2026-01-31T09:00:00Z (RFC 3339)")
    return value


YEARS = range(1970, 2200)
"""Which every clock and column can represent, in every zone, and some days around them."""


def _in_years(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("must lie between the years 1970 and 2199")
    return at


def _none_beyond(at: datetime) -> datetime | None:
    return at if at.year in YEARS else None


_Written = Annotated[AwareDatetime, BeforeValidator(_as_written)]

Instant = Annotated[_Written, AfterValidator(_in_years)]
"""A moment that a client sends."""

ChannelMoment = Annotated[_Written, AfterValidator(_none_beyond)]
"""A moment by a channel's clock. One that is plainly wrong, such as the year 1 of an empty field, counts as none: no
message is lost for it.
"""

Moment = Annotated[datetime, PlainSerializer(moment, return_type=str), Field(description="RFC 3339, UTC.")]


CaseReference = Annotated[
    str, Field(description="What the customer names the case by, to anybody.", examples=["K7Q2-9XMD"])
]


class ProblemDocument(LazyModel):
    """A problem (RFC 9457). `type` is stable and leads to an explanation; `errors` names each place that is wrong."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/unknown_topic"])
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[dict[str, Any]] | None = None


class ProblemKind(LazyModel):
    """The meaning of a `type` of problem, and how to mend it."""

    type: str = Field(examples=["/problems/unknown_topic"])
    status: int
    meaning: str
