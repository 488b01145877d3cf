"""`mci-router import-history`: on a ledger, by the command as people type it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli import cli
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
KEPT = text("SELECT arrivals, handled, handle_s FROM imported_intervals WHERE workspace_id = :w ORDER BY starts_at")


async def test_a_history_is_imported_whole_or_not_at_all(
    make: Make, service: tuple[str, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second time it replaces the first; a fault or a dry run keeps nothing."""
    workspace = await make(small())
    queue = small()["queues"][0]["name"]
    monkeypatch.setenv("DATABASE_URL", service[1].settings.database_url or "")
    file = tmp_path / "history.csv"

    async def run(*lines: str, more: tuple[str, ...] = ()) -> Any:
        file.write_text("\n".join(["interval;queue;offered;answered;aht", *lines]), encoding="utf-8")
        command = ["import-history", str(file), "--workspace", workspace.name, *more]
        return await _in_a_thread(command)

    async def kept() -> list[tuple[float, float, float]]:
        async with workspace.database.transaction() as session:
            return [tuple(row) for row in await session.execute(KEPT, {"w": workspace.id})]

    good = f"2026-11-02T09:15Z;{queue};4;3;60"
    assert "1 quarter-hours of 1 queues, 4 contacts" in (await run(good, more=("--dry-run",))).output
    assert await kept() == []
    faulty = await run(good, "2026-11-02T09:30Z;nowhere;4;3;60")
    assert faulty.exit_code == 1
    assert "line 3: there is no queue 'nowhere'" in faulty.output
    assert "Nothing was imported." in faulty.output
    assert await kept() == []
    assert (await run(good)).exit_code == 0
    assert (await run(f"2026-11-02T09:15Z;{queue};6;3;60")).exit_code == 0
    assert await kept() == [(6, 3, 180)]
    assert (await run(more=())).exit_code == 1
    odd = await run(good, more=("--queue", "sales"))
    assert (odd.exit_code, "is not as NAME=NAME" in odd.output) == (2, True)


async def _in_a_thread(command: list[str]) -> Any:
    return await asyncio.to_thread(CliRunner().invoke, cli, command)
