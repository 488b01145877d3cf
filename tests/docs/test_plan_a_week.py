"""The tutorial "Plan a week", with the very program and workspace that it is about."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
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
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
PROGRAM, DOCUMENT = ROOT / "examples" / "plan_a_week.py", ROOT / "examples" / "plan_a_week.yaml"
PAGE = DOCS / "tutorials" / "plan-a-week.md"


async def said(*arguments: str, **variables: str) -> str:
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, stdout=PIPE, stderr=STDOUT, env={**os.environ, **variables}
    )
    output, _ = await program.communicate()
    return output.decode()


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
