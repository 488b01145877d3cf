"""The tests' workspaces that are given rows, and not applied, are as those that are."""

import json
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.configuration import workspace_file
from mci_router.models.partitions import ALONE
from mci_router.specs import WorkspaceFile
from tests.support.alike import APPLIED, ID, LEARNT, _rows, _timeless
from tests.support.documents import small
from tests.support.service import Workspace

OF_WORKSPACES = """SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)
    WHERE column_name = 'workspace_id' AND table_type = 'BASE TABLE' AND columns.table_schema = 'public'"""


async def test_a_workspace_that_is_given_has_the_rows_of_one_that_was_applied(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts]
) -> None:
    """Guards every other test's set-up: but for its name, its ids and its times nothing tells the third from the first."""
    document = small()
    made = [await _read(await make(_named(document)), service[1]) for _ in range(3)]
    assert all(made[0].values())  # there is something to compare in each table
    assert made[0] == made[2] == made[1]


async def test_apply_writes_to_no_other_table(service: tuple[str, Parts]) -> None:
    """A table that `apply` begins to write to has to be named, or workspaces would be given without its rows."""
    async with service[1].database.transaction() as session:
        await session.execute(ALONE)  # a partition that is made meanwhile would lock what is read here
        tables = list(await session.scalars(text(OF_WORKSPACES)))
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(small()))
        await session.flush()
        each = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table} WHERE workspace_id = :id)" for table in tables]
        written = set(await session.scalars(text(" UNION ALL ".join(each)), {"id": workspace}))
        await session.rollback()
    assert written | {"workspaces"} == set(APPLIED)


def _named(document: dict[str, Any]) -> dict[str, Any]:
    named = deepcopy(document)
    named["workspace"]["name"] = f"w{uuid4().hex[:16]}"
    return named


async def _read(workspace: Workspace, parts: Parts) -> dict[str, Any]:
    """The rows of a workspace, with ids numbered in their order."""
    async with parts.database.transaction() as session:
        rows = await _rows(session, workspace.id, (*APPLIED, *LEARNT))
    number = {found: str(at) for at, found in enumerate(sorted({found[0] for found in ID.finditer(rows)}))}
    rows = ID.sub(lambda found: number[found[0]], rows).replace(workspace.name, "its name")
    return {table: sorted(map(json.dumps, map(_timeless, of_it))) for table, of_it in json.loads(rows).items()}
