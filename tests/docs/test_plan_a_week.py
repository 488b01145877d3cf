"""The tutorial "Plan a week", with the very program and workspace that it is about."""

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from mci_router.api.parts import Parts
from mci_router.cli import cli
from tests.docs.pages import DOCS, ROOT
from tests.support import forked
from tests.support.rows import every
from tests.support.service import PATIENCE_S, Workspace

Make = Callable[..., Awaitable[Workspace]]
PROGRAM, DOCUMENT = ROOT / "examples" / "plan_a_week.py", ROOT / "examples" / "plan_a_week.yaml"
PAGE = DOCS / "tutorials" / "plan-a-week.md"


async def said(*arguments: str, **variables: str) -> str:
    _, output = await forked.run(str(PROGRAM), *arguments, variables={**os.environ, **variables})
    return output


@pytest.mark.timeout(300)
async def test_the_program_says_what_the_page_says(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each line of it, in its order; the history is imported by the page's own command."""
    made: dict[str, Any] = YAML(typ="safe").load(DOCUMENT.read_text(encoding="utf-8"))
    made["workspace"]["name"] = f"w{uuid4().hex[:16]}"
    workspace = await make(made)
    file = tmp_path / "history.csv"
    file.write_text(await said("history"), encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", service[1].settings.database_url or "")
    command = ["import-history", str(file), "--workspace", workspace.name]
    done = await asyncio.to_thread(CliRunner().invoke, cli, command)
    assert done.exit_code == 0, done.output
    page = PAGE.read_text(encoding="utf-8")
    assert "mci-router import-history history.csv --workspace plan_a_week" in page
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.S)
    output = await said(MCI_URL=workspace.url, MCI_KEY=workspace.key)
    assert output.strip().splitlines() == shown.strip().splitlines()


@every("program", ["plan_a_week.py", "there_and_back.py"])
async def test_a_program_that_cannot_do_its_work_says_why_in_a_line(
    workspace: Workspace, tmp_path: Path, program: str
) -> None:
    """With a key that is none, with nobody at the address, and when it is stopped."""

    async def ended(url: str, *, stop: bool = False) -> tuple[int | None, list[str]]:
        variables = {"MCI_URL": url, "MCI_KEY": "mci_none", "PAYER_PORT": "0"}
        output = tmp_path / uuid4().hex
        running = await forked.started((str(PROGRAM.parent / program),), {**os.environ, **variables}, tmp_path, output)
        try:
            if stop:
                await asyncio.wait_for(asked.wait(), PATIENCE_S)
                running.send_signal(signal.SIGINT)
            return await asyncio.to_thread(running.wait, PATIENCE_S), output.read_text(encoding="utf-8").splitlines()
        finally:
            running.kill()

    code, lines = await ended(workspace.url)
    assert code == 1
    assert [line.startswith("401 ") for line in lines] == [True]
    asked, closed = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await closed.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert await ended(url, stop=True) == (130, [])
        closed.set()
    code, lines = await ended(url)
    assert code == 1
    assert [line.startswith(f"The router at {url} does not answer: ConnectError") for line in lines] == [True]
