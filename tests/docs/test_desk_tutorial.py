"""The tutorial of a desk in sixty lines, with the very file that it is about."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.docs.pages import DOCS, ROOT
from tests.support.conversations import COMPLAINT
from tests.support.service import PATIENCE_S, Workspace

DESK = ROOT / "examples" / "desk.py"
CLOSED = -9  # no standard input at all, as by `<&-`
CODE = DESK.read_text(encoding="utf-8")


def test_the_desk_has_sixty_lines_and_the_tutorial_shows_them_as_they_are() -> None:
    """Without blank lines, docstrings and imports."""
    no_code = ('"""', "import ", "from ")
    assert len([line for line in CODE.splitlines() if line.strip() and not line.strip().startswith(no_code)]) <= 60
    shown = re.findall(r"```python\n(.*?)```", (DOCS / "tutorials" / "desk.md").read_text(encoding="utf-8"), re.S)
    assert shown
    for block in shown:
        assert block in CODE


@asynccontextmanager
async def running(workspace: Workspace, token: str) -> AsyncIterator[Process]:
    there = {"MCI_URL": workspace.url.replace("http", "ws"), "MCI_TOKEN": token}
    desk = await asyncio.create_subprocess_exec(
        sys.executable, str(DESK), stdin=PIPE, stdout=PIPE, stderr=PIPE, env={**os.environ, **there}
    )
    try:
        yield desk
    finally:
        if desk.returncode is None:
            desk.kill()
        await desk.communicate()


async def shows(desk: Process, wanted: str) -> str:
    """The next line that begins with some words."""
    assert desk.stdout
    async with asyncio.timeout(PATIENCE_S):
        while not (line := (await desk.stdout.readline()).decode().strip()).startswith(wanted):
            assert line or not desk.stdout.at_eof(), f"the desk ended before it showed {wanted}"
    return line


def types(desk: Process, line: str) -> None:
    assert desk.stdin
    desk.stdin.write(f"{line}\n".encode())


async def test_the_desk_takes_a_contact_talks_and_completes_it(workspace: Workspace) -> None:
    """As the tutorial goes, and it ends when another desk takes over."""
    async with running(workspace, await workspace.token("ann")) as desk:
        contact = (await workspace.post(COMPLAINT, customer={"name": "Kim"}))["id"]
        assert await shows(desk, "OFFER") == f"OFFER Kim: {COMPLAINT}"
        types(desk, "")
        assert await shows(desk, "YOURS") == "YOURS complaint"
        types(desk, "I am looking at it")
        types(desk, "/note call billing")
        assert [await shows(desk, kind) for kind in ("AGENT", "NOTE")] == [
            "AGENT I am looking at it",
            "NOTE call billing",
        ]
        more = await workspace.api.post(
            f"/v1/contacts/{contact}/messages", json={"text": "a formal complaint, as I said"}
        )
        assert more.status_code == 201
        assert await shows(desk, "CUSTOMER") == "CUSTOMER a formal complaint, as I said"
        types(desk, "/done solved told her how")
        await shows(desk, "OVER")
        ended = await workspace.contact(contact)
        assert (ended["disposition"], ended["notes"]) == ("solved", "told her how")
        async with workspace.desk("ann"):
            await shows(desk, "SIGNED OUT")
            assert await desk.wait() == 0


async def test_a_desk_that_is_stopped_says_nothing(workspace: Workspace) -> None:
    """By Ctrl-C, while it waits for offers."""
    async with running(workspace, await workspace.token("ann")) as desk:
        await workspace.post(COMPLAINT, customer={"name": "Kim"})
        await shows(desk, "OFFER")
        desk.send_signal(signal.SIGINT)
        _, said = await desk.communicate()
        assert (desk.returncode, said.decode()) == (130, "")


async def test_a_desk_with_a_token_that_is_none_says_so(workspace: Workspace) -> None:
    """In one line, instead of trying for ever."""
    async with running(workspace, "eyJhbGciOiJIUzI1NiJ9.e30.none") as desk:
        _, said = await desk.communicate()
        assert desk.returncode == 1
        (line,) = said.decode().splitlines()
        assert line.startswith("REFUSED MCI_TOKEN is no agent's token")


async def ended(script: str | list[str], stdin: int, env: dict[str, str]) -> tuple[int | None, str]:
    """Runs an example until it ends by itself; its code, and what it said."""
    there = {name: value for name, value in os.environ.items() if not name.startswith("MCI_")}
    what = [sys.executable, *([str(ROOT / "examples" / script)] if isinstance(script, str) else script)]
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *what] if stdin == CLOSED else what
    example = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL if stdin == CLOSED else stdin, stdout=PIPE, stderr=STDOUT, env=there | env, cwd=ROOT
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            said, _ = await example.communicate(b"" if stdin == PIPE else None)
    finally:
        if example.returncode is None:
            example.kill()
            await example.wait()
    return example.returncode, said.decode()


async def test_a_desk_into_which_nothing_can_be_typed_ends(workspace: Workspace) -> None:
    """As by Ctrl-C at the end of a pipe, where it span; with /dev/null, for which it tried for ever, it says so."""
    there = {"MCI_URL": workspace.url.replace("http", "ws"), "MCI_TOKEN": await workspace.token("ann")}
    assert await ended("desk.py", PIPE, there) == (130, "")
    code, said = await ended("desk.py", DEVNULL, there)
    assert (code, said[:9], said.count("\n")) == (1, "NO INPUT ", 1)
    code, said = await ended("desk.py", CLOSED, there)
    assert (code, said[:9], said.count("\n")) == (1, "NO INPUT ", 1)


@pytest.mark.parametrize(
    ("module", "missing"), [("crm_receiver", "MCI_WEBHOOK_SECRET"), ("workflow_target", "MCI_WORKFLOW_SECRETS")]
)
async def test_a_server_that_lacks_a_setting_does_not_start(module: str, missing: str) -> None:
    """It says so in one line, instead of with each request that it cannot serve."""
    code, said = await ended(["-m", "uvicorn", f"examples.{module}:app", "--port", "0"], DEVNULL, {})
    assert (code, said) == (1, f"Set {missing} first\n")


@pytest.mark.parametrize("script", ["desk.py", "shop.py", "there_and_back.py", "plan_a_week.py"])
async def test_an_example_says_in_one_line_what_it_needs(script: str) -> None:
    """Instead of a traceback that ends with KeyError."""
    code, said = await ended(script, DEVNULL, {})
    assert (code, said.count("\n"), said.startswith("Set MCI_URL ")) == (1, 1, True), said
