"""Differences between two versions of an article. Pure."""

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

BODY = "body"


def changed(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the members besides the body that differ, as `FieldChange` describes them; of a first version none."""
    if before is None:
        return []
    names = [name for name in {**before, **after} if name != BODY and before.get(name) != after.get(name)]
    return [{"field": name, "before": before.get(name), "after": after.get(name)} for name in names]


def body_diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    """Returns the changes of the body as a unified diff, without the names of files."""
    if before is None or before[BODY] == after[BODY]:
        return ""
    lines = unified_diff(before[BODY].splitlines(), after[BODY].splitlines(), lineterm="")
    return "\n".join(list(lines)[2:])
