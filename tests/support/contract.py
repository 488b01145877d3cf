"""Every answer that tests get is held against `openapi.yaml`, as a client reads it: its status, its headers, its media
type and its body. After a change of routes, `mci-router openapi > openapi.yaml` comes first.
"""

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator, Registry  # every answer is checked: in Python that is a tenth of a test
from openapi_spec_validator.readers import read_from_filename

from tests.support.shared import made_once

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"
ROOT = "urn:contract"
ANY = "application/octet-stream"
"""Where an answer is bytes, its type is that of the file."""

FRAMEWORK = {404, 405}
"""What the framework answers by itself where the document has no such path or method."""


@cache
def openapi_document() -> dict[str, Any]:
    """The document; read once a run, for that takes a second."""
    path = made_once("openapi.json", _write)
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def _write(path: Path) -> None:
    path.write_text(json.dumps(read_from_filename(str(CONTRACT))[0]))


async def conforms(response: httpx.Response) -> None:
    """A hook of a client: fails where an answer is not as the document says."""
    path = response.request.url.path
    operation = operation_of(response.request.method, path)
    if operation is None:
        assert not path.startswith("/v1/") or response.status_code in FRAMEWORK, f"{path} is not in the document"
        return
    said = f"{response.request.method} {path} answers {response.status_code}"
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{said}, which is not described"
    described = _resolved(described)
    for name, header in described.get("headers", {}).items():
        assert name in response.headers or not _resolved(header).get("required"), f"{said} without {name}"
    for name in ("ETag", "Link", "Retry-After", "WWW-Authenticate", "Location"):
        assert name not in response.headers or name in described.get("headers", {}), (
            f"{said} with {name}, which is not described"
        )
    if "content" in described:
        await response.aread()
        kind = response.headers["Content-Type"].partition(";")[0]
        assert kind in described["content"] or ANY in described["content"], f"{said} with {kind}"
        if kind.endswith("json") and kind != "application/x-ndjson":
            schema = described["content"][kind].get("schema", {})
            fault = next(validator_of(schema.get("$ref", "")).iter_errors(response.json()), None)
            assert fault is None, f"{said}, but {fault.instance_path}: {fault.message[:500]}"


@cache
def _templates() -> dict[int, list[tuple[re.Pattern[str], dict[str, Any]]]]:
    """The paths by how many parts they have: there are hundreds, and every answer asks for its own."""
    templates = defaultdict(list)
    for path, item in openapi_document()["paths"].items():
        templates[path.count("/")].append((re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item))
    return dict(templates)


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """The operation that serves the request; what has no parameters in its path goes before what has."""
    method, item = method.lower(), openapi_document()["paths"].get(path)
    if item is None:
        alike = _templates().get(path.count("/"), [])
        item = next((item for template, item in alike if method in item and template.fullmatch(path)), {})
    operation: dict[str, Any] | None = item.get(method)
    return operation


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = openapi_document()
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@cache
def _registry() -> Registry:
    return Registry([(ROOT, openapi_document())])


@cache
def validator_of(reference: str) -> Draft202012Validator:
    """A validator of what a reference in the document names; of anything, where it names nothing."""
    schema = {"$ref": f"{ROOT}{reference}"} if reference else {}
    return Draft202012Validator(schema, registry=_registry(), validate_formats=True)
