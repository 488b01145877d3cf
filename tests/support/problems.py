"""What tests say of refusals: the problem document, and that nothing was written."""

from typing import Any

import httpx
from sqlalchemy import text

from tests.support.service import Workspace

INTAKE_TABLES = ("contacts", "customers", "customer_addresses", "cases", "decisions", "posts", "idempotency_keys")


def assert_problem(response: httpx.Response, status: int, slug: str, where: str = "") -> dict[str, Any]:
    """The problem document of a refusal; `where` must stand in one of its `errors`."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].startswith("application/problem+json")
    document: dict[str, Any] = response.json()
    assert (document["type"], document["status"]) == (f"/problems/{slug}", status)
    assert document["title"]
    assert document["detail"]
    if where:
        places = [error["where"] for error in document["errors"]]
        assert any(where in place for place in places), places
        assert all(error["problem"] for error in document["errors"])
    return document


async def rows(workspace: Workspace, *tables: str) -> dict[str, int]:
    """How many rows of the workspace each table has; the tables a contact writes to unless named."""
    async with workspace.database.transaction() as session:
        return {
            table: await session.scalar(
                text(f"SELECT count(*) FROM {table} WHERE workspace_id = :id"), {"id": workspace.id}
            )
            or 0
            for table in tables or INTAKE_TABLES
        }


async def assert_nothing_written(workspace: Workspace) -> None:
    written = await rows(workspace)
    assert not any(written.values()), written
