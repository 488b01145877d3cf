"""Results of a workspace's contacts, as reports have them; and contacts that are made older than they are."""

from functools import partial
from typing import Any

from sqlalchemy import text

from mci_router.insight.recount import Difference, differences
from tests.support.service import Workspace, eventually

MONTH = {"interval": "P1D", "group_by": "", "since": "2020-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z"}
OLDER = text(
    "UPDATE contacts SET accepted_at = accepted_at - CAST(:by AS interval), ended_at = ended_at - CAST(:by AS interval)"
    " WHERE workspace_id = :workspace AND id = ANY(:contacts)"
)
AGAIN = text(
    "INSERT INTO result_checks (workspace_id, contact_id)"
    " SELECT workspace_id, id FROM contacts WHERE workspace_id = :workspace AND ended_at IS NOT NULL"
)


async def judged(workspace: Workspace) -> None:
    """Waits until all that has ended is judged."""
    await workspace.projected()
    await eventually(partial(_judged, workspace))


async def _judged(workspace: Workspace) -> bool:
    async with workspace.database.transaction() as session:
        waiting = "SELECT NOT EXISTS (SELECT FROM result_checks WHERE workspace_id = :workspace)"
        return bool(await session.scalar(text(waiting), {"workspace": workspace.id}))


async def older(workspace: Workspace, contacts: list[str], by: Any) -> None:
    """Makes contacts older in the ledger, and waits until they are judged so."""
    await judged(workspace)
    async with workspace.ledger() as session:
        await session.execute(OLDER, {"workspace": workspace.id, "contacts": contacts, "by": by})
        await session.execute(AGAIN, {"workspace": workspace.id})
    await judged(workspace)


async def rows(workspace: Workspace, report: str, **query: str) -> list[dict[str, Any]]:
    """Returns the rows of a report, once all is judged."""
    await judged(workspace)
    response = await workspace.api.get(f"/v1/reports/{report}", params=query)
    assert response.status_code == 200, response.text
    listed: list[dict[str, Any]] = response.json()["rows"]
    return listed


async def wrong(workspace: Workspace) -> list[Difference]:
    """Returns what is counted otherwise than the results say; arrivals of contacts made older always are."""
    async with workspace.ledger() as session:
        return [one for one in (await differences(session, workspace.id))[1] if "arrivals" not in one.kind]


def some(row: dict[str, Any]) -> dict[str, Any]:
    """Returns the counts of a row that are not 0."""
    return {name: value for name, value in row.items() if type(value) is int and value and name != "revision"}
