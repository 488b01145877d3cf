"""A workspace that is deleted while a loop is at work for it is gone, and no failure."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.database_errors import GONE, RacedByDeletion
from mci_router.errors import WorkspaceGone
from mci_router.insight import results
from mci_router.loops import Bells, Loop, WorkspaceLoop, repeat, repeat_for
from mci_router.routing.engine.shards import each
from mci_router.specs.snapshot import Snapshot
from mci_router.workforce.forecast.making import ForecastMaking
from mci_router.workforce.intraday import rounds
from tests.support.service import Workspace, eventually

Turn = Callable[[Parts, Snapshot], Awaitable[object]]


async def forecast(parts: Parts, snapshot: Snapshot) -> None:
    await ForecastMaking(parts.database).at(snapshot, utc_now())


async def look(parts: Parts, snapshot: Snapshot) -> None:
    now = utc_now()
    async with parts.database.transaction() as session:
        await rounds.keep(session, snapshot.workspace_id, now, {}, [], (now, now + timedelta(hours=1)))


async def deleted(workspace: Workspace, parts: Parts) -> Snapshot:
    """Its snapshot, as a loop had it before the workspace was deleted."""
    snapshot = await parts.snapshots.get(workspace.id)
    async with workspace.database.transaction() as session:
        await session.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": workspace.id})
    return snapshot


@pytest.mark.parametrize("turn", [forecast, look])
async def test_what_is_made_for_a_deleted_workspace_says_that_it_is_gone(
    workspace: Workspace, service: tuple[str, Parts], turn: Turn
) -> None:
    """Forecasts and looks at the day write what the ledger refuses, for the workspace that it belongs to is no longer
    there.
    """
    snapshot = await deleted(workspace, service[1])
    with pytest.raises(WorkspaceGone):
        await turn(service[1], snapshot)


async def test_a_lane_says_so_in_our_words(service: tuple[str, Parts]) -> None:
    """Who posts a contact into it may read them: what the ledger calls its constraints is nobody's business."""
    lane = service[1].database.lane()
    write = "INSERT INTO forecast_progress (workspace_id, counted_until) SELECT $1::jsonb ->> 'workspace', now()"
    with pytest.raises(RacedByDeletion) as raised:
        await lane.fetch(write, {"workspace": "ws_gone"})
    lane.close()
    assert raised.value.document()["detail"] == GONE


async def test_nothing_is_logged_of_it_and_the_others_have_their_turn(
    workspace: Workspace, service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """In the loops of all workspaces and in those of one, such as the projector that runs meanwhile."""
    parts = service[1]
    snapshot = await deleted(workspace, parts)
    turns, enough = list[str](), asyncio.Event()

    async def work(name: str) -> None:
        if name == "deleted":
            await forecast(parts, snapshot)
        turns.append(name)

    async def of_all() -> None:
        await each(["deleted", "other"], work)

    async def of_one(_: str) -> None:
        turns.append("one")
        if turns.count("one") >= 3 and turns.count("other") >= 3:
            enough.set()
        await forecast(parts, snapshot)

    loops = [
        repeat(Loop("all of them", 0.01, of_all)),
        repeat_for(workspace.id, WorkspaceLoop("one of them", 0.01, of_one), Bells(), lambda: True),
    ]
    with caplog.at_level(logging.INFO, "mci_router.loops"):
        tasks = [asyncio.create_task(loop) for loop in loops]
        await asyncio.wait_for(enough.wait(), 20)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert "deleted" not in turns
    assert not [record for record in caplog.records if record.name == "mci_router.loops"]


async def test_it_is_deleted_while_results_are_judged(
    workspace: Workspace, service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """Both lock the workspace before what is in it: one waits for the other, and never each for the other."""
    mine, database = {"id": workspace.id}, service[1].database
    alone = "(hashtextextended('results ' || :id, 0))"
    async with workspace.database.transaction() as session:
        await session.execute(text(f"SELECT pg_advisory_lock{alone}"), mine)  # nobody judges it meanwhile
        contact = await workspace.post("a formal complaint, I demand a manager")
        assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")).status_code == 200
        await workspace.projected()
        await session.execute(text("SELECT id FROM workspaces WHERE id = :id FOR UPDATE"), mine)
        await session.execute(text(f"SELECT pg_advisory_unlock{alone}"), mine)
        judging = asyncio.create_task(results.judge(database, workspace.id, 60))
        assert await eventually(partial(_judge_waits, workspace))
        await session.execute(text("DELETE FROM workspaces WHERE id = :id"), mine)
    await judging
    assert not [record for record in caplog.records if record.name == "mci_router.loops"]


async def _judge_waits(workspace: Workspace) -> bool:
    waits = "wait_event_type = 'Lock' AND (query LIKE '%''results ''%' OR query LIKE '%contact_re%')"
    return bool(await workspace.database.read(f"SELECT pid FROM pg_stat_activity WHERE {waits}"))
