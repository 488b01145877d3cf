"""Faults of settings, in words: for the service's own and for those of adapters, which need nothing else of it."""

from collections.abc import Mapping
from typing import Any


def words_of(fault: Mapping[str, Any]) -> str:
    """Returns what is wrong with a setting, as pydantic tells it, without its value: that may be a secret."""
    if fault["type"] == "missing":
        return "must be set"
    if fault["type"] == "too_short":  # of a secret, whose letters pydantic calls items
        return f"has fewer than {fault['ctx']['min_length']} characters"
    return str(fault["msg"]).removeprefix("Value error, ")
