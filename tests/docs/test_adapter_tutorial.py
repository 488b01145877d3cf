"""The tutorial of the adapter, step by step, with the very file that it runs."""

import asyncio
import importlib.util
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.docs.pages import DOCS, ROOT
from tests.support.outbound import until_delivery
from tests.support.receiver import serving
from tests.support.service import PATIENCE_S, Workspace, eventually

PAGE = (DOCS / "tutorials" / "adapter.md").read_text(encoding="utf-8")
FILE = ROOT / "examples" / "adapter.py"
COMMANDS = re.findall(
    r"^\$ curl -X (\w+) http://127\.0\.0\.1:8000(/\S+) -H @\.data/operator\.header(?: .*\n +-d '(.*)')?$", PAGE, re.M
)


async def command(workspace: Workspace, number: int, **filled: str) -> dict[str, Any]:
    """Carries out a command of the page; its answer."""
    method, path, body = COMMANDS[number]
    for name, value in filled.items():
        path, body = path.replace(f"${name}", value), body.replace(name, value)
    answer = await workspace.api.request(method, path, json=json.loads(body) if body else None)
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = answer.json()
    return found


@asynccontextmanager
async def adapter(monkeypatch: pytest.MonkeyPatch, **environment: str) -> AsyncIterator[str]:
    """The file, run with these settings; where its customers connect."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("adapter_of_the_tutorial", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    async with serving(module.app, lifespan="on") as url:
        yield url.replace("http", "ws")
    await module.router.aclose()


async def says(chat: ClientConnection, number: int, text: str) -> None:
    await chat.send(json.dumps({"id": number, "text": text}))


async def reads(chat: ClientConnection) -> dict[str, str]:
    async with asyncio.timeout(PATIENCE_S):
        found: dict[str, str] = json.loads(await chat.recv())
    return found


async def test_the_tutorial_works_as_it_is_written(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer and an agent talk, over the stream, after a break, and by webhook; the agent sees how far it came.

    A line that is no message is said to be none, and ends nothing.
    """
    assert len(COMMANDS) == 5
    await command(workspace, 0)
    key = (await command(workspace, 1))["key"]
    run = {"MCI_URL": workspace.url, "MCI_ADAPTER": "my_chat", "MCI_KEY": key}
    async with adapter(monkeypatch, **run) as url, connect(f"{url}/chat/kim") as kim:
        for wrong in ("hello", "[]", '{"text": "without an id"}'):
            await kim.send(wrong)
            assert '{"id": 1, "text": "…"}' in (await reads(kim))["error"]
        await says(kim, 1, "My bill is twice as high as last month. Why?")
        contact = await _contact(workspace, "kim")
        for _ in range(2):  # the second time it is the same message
            await says(kim, 2, "My number is 4711")
        sent = await command(workspace, 2, ID=contact["id"])
        assert await reads(kim) == {"from": "ada", "text": "Good morning, Kim. I look at your bill."}
        await until_delivery(workspace, sent["message"]["id"], "delivered")
    later = await _answer(workspace, contact, "Are you still there?")
    async with adapter(monkeypatch, **run) as url, connect(f"{url}/chat/kim") as kim:
        assert await reads(kim) == {"from": "ada", "text": "Are you still there?"}
        await until_delivery(workspace, later, "delivered")
        assert await _texts(workspace, contact) == ["My bill is twice as high as last month. Why?", "My number is 4711"]

    secret = (await command(workspace, 4))["secret"]
    async with adapter(monkeypatch, **run, MCI_SECRET=secret) as url, connect(f"{url}/chat/kim") as kim:
        await command(workspace, 3, **{"https://chat.example.com": url.replace("ws", "http")})
        posted = await _answer(workspace, contact, "I have found it.")
        assert await reads(kim) == {"from": "ada", "text": "I have found it."}
        await until_delivery(workspace, posted, "delivered")
        forged = await workspace.api.post(url.replace("ws", "http") + "/outbound", json={"data": {}})
        assert forged.status_code == 401


async def test_an_adapter_whose_key_is_none_says_so_and_ends(workspace: Workspace) -> None:
    """In its last line, and at once: it would take what customers write, and the router nothing of it."""
    named = {"MCI_URL": workspace.url, "MCI_ADAPTER": "my_chat", "MCI_KEY": "mci_none"}
    command = (sys.executable, "-m", "uvicorn", "examples.adapter:app", "--port", "0", "--log-level", "warning")
    program = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, cwd=ROOT, env={**os.environ, **named}
    )
    async with asyncio.timeout(PATIENCE_S):
        said, _ = await program.communicate()
    assert said.decode() == "REFUSED 401: MCI_KEY is no key of my_chat, or lacks a scope\n"
    assert program.returncode == 1


def test_the_adapter_has_no_more_than_it_says() -> None:
    """Sixty lines, as the page's title promises, but for imports and what is said about them."""
    code = re.sub(r'"""[^"]*"""', "", FILE.read_text(encoding="utf-8"))
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("import ", "from "))]
    assert len(lines) <= 60


async def _contact(workspace: Workspace, room: str) -> dict[str, Any]:
    async def arrived() -> dict[str, Any] | None:
        items = (await workspace.api.get("/v1/contacts")).json()["items"]
        return next((one for one in items if one.get("channel_ref") == room), None)

    found: dict[str, Any] = await eventually(arrived)
    return found


async def _answer(workspace: Workspace, contact: dict[str, Any], text: str) -> str:
    body = {"kind": "agent", "author": "ada", "text": text}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=body)
    return str(answer.json()["message"]["id"])


async def _texts(workspace: Workspace, contact: dict[str, Any]) -> list[str]:
    window = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    return [one["text"] for one in window.json()["items"] if one["kind"] == "customer"]
