"""Text and numbers that every database column, key and stream can hold, and every reader of JSON can read."""

import math
import sys
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, model_validator

from mci_router.lazy_schemas import LazyModel

MOST_UNKNOWN = 1_000
"""Members that a model does not have, of which each is named; of more, their number."""

MOST = int(sys.float_info.max)
"""The largest number that a reader of JSON has to know (RFC 8259): to most, a longer one has no end."""


def storable(text: str) -> str:
    """Returns the text without NUL, and with a question mark for each half of a broken surrogate pair."""
    if text.isascii():  # most are: this is looked at before anything is copied
        return text.replace("\x00", "") if "\x00" in text else text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def all_storable(value: Any) -> Any:
    """Returns JSON-like data with every text in it storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {all_storable(name): all_storable(inner) for name, inner in value.items()}
    return [all_storable(inner) for inner in value] if isinstance(value, list) else value


def is_endless(value: Any) -> bool:
    """Returns whether a value is a number that JSON does not have, or one without end to most who read it."""
    if isinstance(value, int):
        return not -MOST <= value <= MOST
    return isinstance(value, float) and not math.isfinite(value)


def has_endless(value: Any) -> bool:
    """Returns whether JSON-like data has such a number somewhere."""
    if isinstance(value, dict | list):
        return any(map(has_endless, value.values() if isinstance(value, dict) else value))
    return is_endless(value)


def _with_an_end(value: int) -> int:
    if is_endless(value):
        raise ValueError("has more than 308 digits: write it as a text")
    return value


StorableInt = Annotated[int, AfterValidator(_with_an_end)]
"""A whole number without other bounds."""


class StorableModel(LazyModel):
    """A model of JSON that comes from outside: unknown fields are refused, so that a typing error is never silently
    ignored.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def storable(cls, data: Any) -> Any:
        """Makes every text in it storable. Raises ValueError for data that is nested too deeply, or has so many members
        that the model has not that to name each would take longer than anybody should wait.
        """
        if isinstance(data, dict) and len(data) > MOST_UNKNOWN and cls.model_config.get("extra") == "forbid":
            cls._refuse_many_unknown(data)
        try:
            return all_storable(data)
        except RecursionError as error:
            raise ValueError("is nested too deeply") from error

    @classmethod
    def _refuse_many_unknown(cls, data: dict[Any, Any]) -> None:
        unknown = len(data.keys() - _names_of(cls))
        if unknown > MOST_UNKNOWN:
            raise ValueError(f"has {unknown:,} members that are not known here")


@cache
def _names_of(model: type[StorableModel]) -> frozenset[str]:
    """Returns all by which members of a model may be sent."""
    named = {name: {name, field.alias, field.validation_alias} for name, field in model.model_fields.items()}
    return frozenset(one for names in named.values() for one in names if isinstance(one, str))
