"""`mci-router import-history`: on a ledger, by the command as people type it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli import cli
from tests.support.documents import small
from tests.support.service import Workspace, eventually

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
    assert "1 quarter-hours of 1 queue, 4 contacts" in (await run(good, more=("--dry-run",))).output
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


async def test_forecasts_follow_at_once(
    make: Make, service: tuple[str, Parts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of today and the days ahead, from what was imported, with its handle time; what the router counted itself comes
    first.
    """
    workspace = await make(small())
    queue = small()["queues"][0]["name"]
    monkeypatch.setenv("DATABASE_URL", service[1].settings.database_url or "")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"{(today - timedelta(days=back) + timedelta(minutes=15 * quarter)).isoformat()};{queue};6;5;120"
        for back in range(1, 43)
        for quarter in range(32, 72)
    ]
    file = tmp_path / "history.csv"
    file.write_text("\n".join(["interval;queue;offered;answered;aht", *lines]), encoding="utf-8")
    done = await _in_a_thread(["import-history", str(file), "--workspace", workspace.name])
    assert done.exit_code == 0, done.output

    async def forecast() -> list[dict[str, Any]]:
        answer = await workspace.api.get("/v1/workforce/forecast", params={"day": "today"})
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    rows = await eventually(forecast, 30)
    at_ten = rows[40]
    assert at_ten["arrivals"] == pytest.approx(6, abs=0.5)
    assert at_ten["aht_s"] == pytest.approx(120, abs=1)
    assert rows[10]["arrivals"] == pytest.approx(0, abs=0.2)


async def _in_a_thread(command: list[str]) -> Any:
    return await asyncio.to_thread(CliRunner().invoke, cli, command)
