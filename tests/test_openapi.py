"""The contract is a valid OpenAPI document, and a client generated from it works."""

import asyncio
import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML

from mci_router.cli.openapi import openapi_yaml
from tests.support.service import Workspace

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def contract() -> str:
    """The document as this process writes it."""
    return openapi_yaml()


@pytest.fixture(scope="module")
def document(contract: str) -> Any:
    """The contract as a client reads it."""
    return YAML(typ="safe").load(contract)


def test_the_contract_is_valid_and_always_the_same(contract: str, document: Any) -> None:
    """OpenAPI 3.1 by its schema; two processes write the same bytes, so that drift can be checked."""
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    printed = subprocess.run([BIN / "mci-router", "openapi"], check=True, capture_output=True, text=True, cwd="/")
    assert printed.stdout == contract


def test_every_refusal_is_described_as_a_problem(document: Any) -> None:
    """Whatever a route answers from 400 up is `application/problem+json`."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    described = response
                    if "$ref" in response:
                        described = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
                    assert "application/problem+json" in described["content"], (method, path, status)


async def test_a_generated_client_posts_a_contact(
    workspace: Workspace, contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """openapi-python-client understands the whole contract without a warning; its client gets a typed answer."""
    await asyncio.to_thread(_generate, contract, tmp_path)
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


def _generate(contract: str, directory: Path) -> None:
    document, config = directory / "openapi.yaml", directory / "config.yaml"
    document.write_text(contract, encoding="utf-8")
    config.write_text("package_name_override: generated_client\npost_hooks: []\n", encoding="utf-8")
    command: list[str | Path] = [BIN / "openapi-python-client", "generate", "--meta", "none", "--path", document, "--config", config]
    command += ["--output-path", directory / "generated_client", "--fail-on-warning"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=directory, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
