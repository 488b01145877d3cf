"""Text that every database column, key and stream can hold."""

from typing import Any

from pydantic import ConfigDict, model_validator

from mci_router.lazy_schemas import LazyModel


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


class StorableModel(LazyModel):
    """A model of JSON that comes from outside: unknown fields are refused, so that a typing error is never silently
    ignored.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def storable(cls, data: Any) -> Any:
        """Makes every text in it storable. Raises ValueError for data that is nested too deeply."""
        try:
            return all_storable(data)
        except RecursionError as error:
            raise ValueError("is nested too deeply") from error
