"""Text and numbers that every database column, key and stream can hold, and every reader of JSON can read."""

import sys
from typing import Any

from pydantic import ConfigDict, model_validator

from mci_router.lazy_schemas import LazyModel


def storable(text: str) -> str:
    """Returns the text without NUL, and with a question mark for each half of a broken surrogate pair."""
    if text.isascii():  # most are: this is looked at before anything is copied
        return text.replace("\x00", "") if "\x00" in text else text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


MOST = int(sys.float_info.max)
"""The largest number that a reader of JSON has to know (RFC 8259): a longer one is endless to most."""


def is_endless(value: Any) -> bool:
    """Returns whether a value is a number that is too large for a float, as one of 400 digits is."""
    return isinstance(value, int) and not -MOST <= value <= MOST


def all_storable(value: Any) -> Any:
    """Returns JSON-like data with every text in it storable. Raises ValueError for an integer without end."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {all_storable(name): all_storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [all_storable(inner) for inner in value]
    if is_endless(value):
        raise ValueError("has a number of more than 308 digits: write it as a text")
    return value


class StorableModel(LazyModel):
    """A model of JSON that comes from outside: unknown fields are refused, so that a typing error is never silently
    ignored.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def storable(cls, data: Any) -> Any:
        """Makes every text in it storable.

        Raises ValueError for data that is nested too deeply, or has a number without end.
        """
        try:
            return all_storable(data)
        except RecursionError as error:
            raise ValueError("is nested too deeply") from error
