"""The contract is a valid OpenAPI document, and a client generated from it works."""

import asyncio
import importlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_schema_validator import OAS31Validator
from openapi_schema_validator._specifications import REGISTRY
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import OpenAPIV31SchemaValidator

from mci_router.cli.openapi import as_yaml
from tests.support.contract import CONTRACT, openapi_document
from tests.support.service import Workspace

SAMPLE = 20
"""Of this many paths and schemas one is written as the file is, which takes seconds for all of them."""


class Schemas(OpenAPIV31SchemaValidator):
    """Holds schemas against their dialect in a compiled validator: in Python that is most of what validation takes."""

    specifications = [
        (address, REGISTRY[address].contents) for address in REGISTRY if "//spec.openapis.org/" in address
    ]
    dialect = jsonschema_rs.Draft202012Validator(
        OAS31Validator.META_SCHEMA, registry=jsonschema_rs.Registry(specifications), validate_formats=True
    )

    def _get_schema_checker(self, *_: Any) -> Callable[[Any], None]:
        return self.dialect.validate


class Validator(OpenAPIV31SpecValidator):
    keyword_validators = {**OpenAPIV31SpecValidator.keyword_validators, "schema": Schemas}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def test_the_contract_is_valid(document: Any) -> None:
    """OpenAPI 3.1 by its schema."""
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in Validator(document).iter_errors()] == []


def test_the_contract_is_written_as_the_command_writes_it(document: Any) -> None:
    """Byte for byte; `make check` compares all of it."""
    text = CONTRACT.read_text(encoding="utf-8")
    assert text.startswith(as_yaml({name: document[name] for name in ("openapi", "info", "servers")}))
    schemas = document["components"]["schemas"]
    for name in list(schemas)[::SAMPLE]:
        assert below(2, {"components": {"schemas": {name: schemas[name]}}}) in text, name
    for path in list(document["paths"])[::SAMPLE]:
        assert below(1, {"paths": {path: document["paths"][path]}}) in text, path


def below(lines: int, part: dict[str, Any]) -> str:
    """A part as it is written, but for its first lines."""
    return as_yaml(part).split("\n", lines)[lines]


def test_every_refusal_is_described_as_a_problem(document: Any) -> None:
    """Whatever a route answers from 400 up is `application/problem+json`; but for `/readyz`, which says what is not
    ready.
    """
    for path, item in document["paths"].items():
        if path == "/readyz":
            continue
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    described = response
                    if "$ref" in response:
                        described = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
                    assert "application/problem+json" in described["content"], (method, path, status)


def test_no_two_paths_are_the_same_but_for_the_names_of_their_parameters(document: Any) -> None:
    """One name in all methods of a path, or a client cannot tell which it calls."""
    forms = [re.sub(r"\{\w+\}", "{}", path) for path in document["paths"]]
    assert len(forms) == len(set(forms))


def operations(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((f"{method} {path}", operation) for method, operation in item.items() if "responses" in operation)


def test_the_answers_that_follow_from_a_requests_form_are_described(document: Any) -> None:
    """400 where there is a body, 412 where there are preconditions, 413 and 422 everywhere, 401 and 403 where a key is
    needed.
    """
    for name, operation in operations(document):
        headers = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "header"}
        expected = {"413", "422"}
        expected |= {"400"} if "requestBody" in operation else set()
        expected |= {"412"} if headers & {"If-Match", "If-None-Match"} else set()
        expected |= {"401", "403", "503"} if operation["security"] else set()
        assert expected <= set(operation["responses"]), name


def test_headers_that_clients_act_upon_are_described(document: Any) -> None:
    """`ETag` where a version can be sent back, `Link` where there are pages, `Retry-After` where to try again helps."""
    headers: dict[str, set[str]] = defaultdict(set)
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            for header in response.get("headers", {}):
                if status.startswith("2"):
                    headers[header].add(name)
    put_and_patched = {
        name
        for name, _ in operations(document)
        if name.startswith(("put /v1/", "patch /v1/")) and "{reference}" in name
    }
    assert put_and_patched <= headers["ETag"]
    changed = put_and_patched | {name.replace("patch", "delete", 1) for name in put_and_patched}
    warned = {f"{method} /v1/agents/{{reference}}" for method in ("put", "patch", "delete")}
    assert warned <= headers["MCI-Warning"] <= changed
    cursors = {
        name
        for name, operation in operations(document)
        if any(one["name"] == "cursor" for one in operation.get("parameters", ()))
    }
    assert cursors == headers["Link"]
    assert headers["Location"] == {"post /v1/staffing", "post /v1/workforce/schedules"}
    assert headers["X-Total-Count"] == {f"get /v1/exports/{name}" for name in ("contacts", "segments")}
    shared = document["components"]["responses"]
    assert set(shared["Problem503"]["headers"]) == {"Retry-After"}
    assert set(shared["Problem401"]["headers"]) == {"WWW-Authenticate"}


def test_every_tag_is_described(document: Any) -> None:
    """And none of the descriptions is of a tag that is gone."""
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}
    assert {tag["name"] for tag in document["tags"] if tag["description"]} == used


def test_a_member_with_a_default_may_be_left_out_and_is_always_answered(document: Any) -> None:
    """Generators take the keyword `default` for a promise that a member is there; so requests do not have it, and
    answers require it.
    """
    schemas = document["components"]["schemas"]
    assert not [
        name
        for name, schema in schemas.items()
        for member in schema.get("properties", {}).values()
        if "default" in member
    ]
    assert schemas["ContactIn"]["required"] == ["channel"]
    assert "Default: `0`" in schemas["ContactIn"]["properties"]["priority"]["description"]
    assert set(schemas["QueueIn"]["required"]) == {"service_level"}
    assert set(schemas["QueueOut"]["required"]) == set(schemas["QueueOut"]["properties"])
    assert "required" not in schemas["QueuePatch"]


def test_a_patch_has_the_members_of_what_it_changes(document: Any) -> None:
    """With the same bounds, each of which may be null; nothing else may be sent."""
    schemas = document["components"]["schemas"]
    for name, operation in operations(document):
        if (
            not name.startswith("patch") or "customers" in name
        ):  # whose addresses are given and taken away, each by a list
            continue
        patch = schemas[operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
        assert patch["additionalProperties"] is False, name
        whole = schemas.get(patch["title"].replace("Patch", "In"), patch)
        assert set(patch["properties"]) >= set(whole["properties"]) - {"declare"}, name
    units = schemas["QueuePatch"]["properties"]["units"]["anyOf"]
    assert units == [{"type": "integer", "minimum": 1, "maximum": 100}, {"type": "null"}]


def test_a_generator_understands_the_whole_contract(document: Any, tmp_path: Path) -> None:
    """openapi-python-client has no warning."""
    assert understood(document, tmp_path).models


async def test_a_generated_client_posts_a_contact(
    workspace: Workspace, document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made of the operation and what it refers to; it gets a typed answer."""
    await asyncio.to_thread(generate, alone(document, "/v1/contacts", "post"), tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    client: Any = importlib.import_module("generated_client.client")
    models: Any = importlib.import_module("generated_client.models")
    operation: Any = importlib.import_module("generated_client.api.contacts.post_contact")
    async with client.AuthenticatedClient(workspace.url, workspace.key) as caller:
        body = models.ContactIn(channel=models.Channel.CHAT, text="I forgot my password and cannot log in")
        made = await operation.asyncio(client=caller, body=body)
    assert made.state == models.ContactState.AUTOMATING
    assert made.route.answer.article == "reset"
    assert (await workspace.contact(made.id))["topic"] == "sign_in"


def alone(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The document of one operation, with the components that it refers to."""
    operation = document["paths"][path][method]
    components: dict[str, dict[str, Any]] = {}
    waiting = [operation]
    while waiting:
        for kind, name in re.findall(r'"#/components/(\w+)/([^"]+)"', json.dumps(waiting.pop())):
            if name not in components.setdefault(kind, {}):
                components[kind][name] = document["components"][kind][name]
                waiting.append(components[kind][name])
    return {**document, "paths": {path: {method: operation}}, "components": components, "webhooks": {}}


def understood(document: dict[str, Any], directory: Path) -> GeneratorData:
    """What the generator makes of a document: all of it."""
    data = GeneratorData.from_dict(document, config=config_in(directory))
    assert isinstance(data, GeneratorData), data
    of_operations = [error for each in data.endpoint_collections_by_tag.values() for error in each.parse_errors]
    assert [*data.errors, *of_operations] == []
    return data


def generate(document: dict[str, Any], directory: Path) -> None:
    assert Project(openapi=understood(document, directory), config=config_in(directory)).build() == []


def config_in(directory: Path) -> Config:
    return Config.from_sources(
        ConfigFile(package_name_override="generated_client", post_hooks=[]),
        MetaType.NONE,
        document_source=directory / "openapi.json",
        file_encoding="utf-8",
        overwrite=False,
        output_path=directory / "generated_client",
    )
