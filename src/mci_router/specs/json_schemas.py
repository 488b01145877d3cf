"""JSON Schemas that operators write: bounded before they are compiled, and checked in time linear in what is checked.

Draft 2020-12. A schema refers to nothing outside of itself, and not to itself in a circle; its patterns are regular
expressions without backtracking. Pure.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from mci_router.storable import has_endless, is_endless

LARGEST_SCHEMA = 16_384  # characters of JSON
DEEPEST = 8  # levels, of a schema's values and of what is checked
MOST_NODES = 2_000  # schemas inside a schema, each counted as often as it is referred to
LARGEST_PATTERN = 200_000  # bytes of a compiled pattern
REFERENCE, ANYWHERE = "$ref", ("$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$anchor", "$id", "$schema")


def refuse_schema(schema: Mapping[str, Any]) -> None:
    """Checks a schema. Raises ValueError, with what is wrong and where."""
    text = json.dumps(schema, sort_keys=True)
    if len(text) > LARGEST_SCHEMA:
        raise ValueError(f"is longer than {LARGEST_SCHEMA:,} characters of JSON")
    if depth(schema) > 2 * DEEPEST:
        raise ValueError(f"is nested deeper than {2 * DEEPEST} levels")
    if has_endless(schema):
        raise ValueError("has a number that JSON does not have, or one of more than 308 digits")
    for at, name in _names(schema, ""):
        if name in ANYWHERE:
            raise ValueError(f"has {name} at {at or '/'}: a schema stands by itself, without names and other schemas")
    _count(schema, schema, (), [0])
    try:
        _compiled(text)
    except ValidationError as error:
        where = "/".join(map(str, error.instance_path))
        raise ValueError(f"is no JSON Schema that is taken, at /{where}: {error.message}") from None


def faults(schema: Mapping[str, Any], value: Any, *, most: int = 5) -> list[tuple[str, str]]:
    """Returns what is wrong with a value by its schema: the place, such as `amount` or `items.0`, and the problem."""
    found = [(place, "is no number that JSON has") for place in islice(_endless(value, ""), most)]
    if found:
        return found
    for error in _compiled(json.dumps(schema, sort_keys=True)).iter_errors(value):
        found.append((".".join(map(str, error.instance_path)), error.message))
        if len(found) >= most:
            break
    return found


def depth(value: Any) -> int:
    """Returns the levels of nesting of JSON-like data: 0 for a number or a text."""
    children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, children), default=0) if isinstance(value, Mapping | list) else 0


def _endless(value: Any, at: str) -> Iterator[str]:
    """Yields the places of numbers that have no end, such as 1e400, or are none."""
    if is_endless(value):
        yield at
    elif isinstance(value, Mapping | list):
        for name, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _endless(inner, f"{at}.{name}" if at else str(name))


@lru_cache(maxsize=512)
def _compiled(text: str) -> Draft202012Validator:
    return Draft202012Validator(
        json.loads(text),
        offline=True,
        validate_formats=True,
        pattern_options=RegexOptions(size_limit=LARGEST_PATTERN, dfa_size_limit=LARGEST_PATTERN),
    )


def _names(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield at, name
            # What a property is called is no keyword.
            named = inner.values() if name == "properties" and isinstance(inner, Mapping) else (inner,)
            for one in named:
                yield from _names(one, f"{at}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _names(inner, f"{at}/{number}")


def _count(root: Mapping[str, Any], value: Any, through: tuple[str, ...], seen: list[int]) -> None:
    """Counts the schemas that a check may come through. Raises ValueError for too many, and for a circle."""
    seen[0] += 1
    if seen[0] > MOST_NODES:
        raise ValueError(f"has more than {MOST_NODES:,} parts, those counted again that are referred to again")
    if isinstance(value, Mapping):
        if isinstance(reference := value.get(REFERENCE), str):
            if reference in through:
                raise ValueError(f"refers to itself by {reference}")
            _count(root, _at(root, reference), (*through, reference), seen)
        for inner in value.values():
            _count(root, inner, through, seen)
    elif isinstance(value, list):
        for inner in value:
            _count(root, inner, through, seen)


def _at(root: Mapping[str, Any], reference: str) -> Any:
    if not reference.startswith("#/"):
        raise ValueError(f"refers to {reference}: only what stands in the schema itself (#/$defs/…) can be referred to")
    found: Any = root
    for step in reference[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or name not in found:
            raise ValueError(f"refers to {reference}, which is not in it")
        found = found[name]
    return found
