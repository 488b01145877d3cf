"""The time of agents, as it is read from the ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from mci_router.insight.agent_reports import agent_times, signed_in_s
from mci_router.insight.agent_states import EVERYBODY
from mci_router.models import AgentState
from tests.support.service import Workspace

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
BOUNDS = [NOON, NOON + timedelta(minutes=30), NOON + timedelta(minutes=60)]


def said(workspace: Workspace, agent: str, minute: float, number: int = 0, **what: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minute)
    row = {"workspace_id": workspace.id, "agent": agent, "id": f"{int(at.timestamp() * 1000):015d}-{number}", "at": at}
    return {"presence": None, "reason": None, "reachable": None} | row | what


async def test_who_was_there_is_nobodys_knowledge_once_the_live_state_is_lost(workspace: Workspace) -> None:
    """It takes everybody away, in the order of the journal: who comes back in the same millisecond is there again. A
    state of before the period counts, and what each said of presence and of being reachable is kept apart.
    """
    rows = [
        said(workspace, "ann", -90, presence="available"),
        said(workspace, "ann", -60, reachable=True),
        said(workspace, "ben", -60, presence="away", reachable=True),
        said(workspace, EVERYBODY, 20, presence="offline", reachable=False),
        said(workspace, "ben", 20, 1, presence="available", reachable=True),
        said(workspace, "ben", 50, reachable=False),
    ]
    ended = BOUNDS[-1]
    async with workspace.database.transaction() as session:
        await session.execute(insert(AgentState), rows)
        times = await agent_times(session, workspace.id, ["ann", "ben", "cyd"], BOUNDS, ended)
        together = await signed_in_s(session, workspace.id, ["ann", "ben", "cyd"], BOUNDS, ended)
    assert [one.by_presence for one in times["ann"]] == [{"available": 1200}, {"available": 0}]
    assert [one.by_presence for one in times["ben"]] == [
        {"away": 1200, "available": 600},
        {"away": 0, "available": 1200},
    ]
    assert [one.signed_in_s for one in times["cyd"]] == [0, 0]
    assert together == [3000, 1200]
