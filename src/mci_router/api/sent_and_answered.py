"""Schemas of requests and of answers, separated as generators of clients need it.

No schema has the keyword `default`, since these generators take a member that has one for a member that must be sent;
the member's description says the default. In answers such a member is always there, so there it is required. A model
that is both sent and answered hence has two schemas, such as `RungIn` and `Rung`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_HERE = "#/components/schemas/"


def separated(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the document without the keyword `default`, and with a plain name for each schema."""
    schemas = document["components"]["schemas"]
    names = {name: name.replace("-Input", "In").removesuffix("-Output") for name in schemas}
    if len(set(names.values())) < len(names):
        raise ValueError("two schemas would have one name: give the model for requests another name")
    document = _renamed(document, {f"{_HERE}{name}": f"{_HERE}{plain}" for name, plain in names.items()})
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {
        names[name]: {**schema, "title": names[name]} for name, schema in schemas.items()
    }
    sent = set(_sent(document))
    for name, schema in document["components"]["schemas"].items():
        for member in _with_default(schema):
            default = member.pop("default")
            if name in sent and default not in (None, "", [], {}):
                _say(member, default)
    return document


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: names.get(value, value) if key == "$ref" else _renamed(value, names) for key, value in node.items()
        }
    return [_renamed(inner, names) for inner in node] if isinstance(node, list) else node


def _sent(document: dict[str, Any]) -> Iterator[str]:
    """Yields the name of every schema that is part of a request body."""
    schemas = document["components"]["schemas"]
    found: set[str] = set()
    bodies = [
        operation["requestBody"]
        for path in document["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    ahead = list(_references(bodies))
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _references(schemas[name])
            yield name


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str) and reference.startswith(_HERE):
            yield reference.removeprefix(_HERE)
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def _with_default(node: Any) -> Iterator[dict[str, Any]]:
    """Yields every schema in a schema that has a default."""
    if isinstance(node, list):
        for inner in node:
            yield from _with_default(inner)
    if isinstance(node, dict):
        for member in node.get("properties", {}).values():
            if "default" in member:
                yield member
        for inner in node.values():
            yield from _with_default(inner)


def _say(member: dict[str, Any], default: Any) -> None:
    said = f"{member.get('description', '')} Default: `{json.dumps(default, ensure_ascii=False)}`."
    member["description"] = said.strip()
