"""The tutorial "There and back", with the very program and workspace that it is about."""

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from socket import socket
from typing import Any
from uuid import uuid4

import pytest
from ruamel.yaml import YAML

from mci_router.api.parts import Parts
from tests.docs.pages import DOCS, ROOT
from tests.support import forked
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
PROGRAM, DOCUMENT = ROOT / "examples" / "there_and_back.py", ROOT / "examples" / "there_and_back.yaml"
PAGE = DOCS / "tutorials" / "there-and-back.md"


def document(port: int) -> dict[str, Any]:
    """The workspace of the tutorial, under a name of its own, whose refunds are paid at another port."""
    made: dict[str, Any] = YAML(typ="safe").load(DOCUMENT.read_text(encoding="utf-8"))
    made["workspace"]["name"] = f"w{uuid4().hex[:16]}"
    made["workflows"][0]["url"] = f"http://127.0.0.1:{port}/refund"
    return made


async def test_the_program_says_what_the_page_says(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line of it, in its order; and the second time that it plays once."""
    monkeypatch.setattr(service[1].settings, "public_url", "https://ask.example.com")
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    workspace = await make(document(port))
    there = {"MCI_URL": workspace.url, "MCI_KEY": workspace.key, "PAYER_PORT": str(port)}
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert (await _played(there)).splitlines() == shown.strip().splitlines()
    again = await _played(there)
    assert "plays once in a workspace" in again
    assert "Traceback" not in again


async def _played(there: Mapping[str, str]) -> str:
    _, output = await forked.run(str(PROGRAM), variables={**os.environ, **there})
    return output.strip()
