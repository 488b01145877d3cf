"""The tests' workspaces that are given rows, and not applied, are as those that are."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.configuration import workspace_file
from mci_router.models.partitions import ALONE
from mci_router.specs import WorkspaceFile
from tests.conftest import _remove
from tests.support.alike import APPLIED, ID, LEARNT, Alike, _rows, _timeless
from tests.support.documents import small
from tests.support.service import eventually

OF_WORKSPACES = """SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)
    WHERE column_name = 'workspace_id' AND table_type = 'BASE TABLE' AND columns.table_schema = 'public'"""


FOLLOWED = text("SELECT done, again_at, rules, changed, replaced FROM replanning WHERE workspace_id = :id")


@pytest.fixture
async def three(service: tuple[str, Parts]) -> AsyncIterator[list[tuple[str, str]]]:
    """The ids and names of two workspaces that were applied, and of one that was given: by what remembers no others."""
    alike, made = Alike(service[1]), list[tuple[str, str]]()
    try:
        for _ in range(3):
            document = small()
            made.append(((await alike.workspace(document))[0], document["workspace"]["name"]))
        yield made
    finally:
        for workspace, _ in made:
            await _remove(service[1], workspace)


async def test_a_workspace_that_is_given_has_the_rows_of_one_that_was_applied(
    three: list[tuple[str, str]], service: tuple[str, Parts]
) -> None:
    """Guards every other test's set-up: but for its name, its ids and its times nothing tells the third from the first."""
    made = [await _read(workspace, name, service[1]) for workspace, name in three]
    assert all(made[0].values())  # there is something to compare in each table
    assert made[0] == made[2] == made[1]


async def test_a_workspace_that_is_given_has_the_model_of_one_that_was_applied(
    three: list[tuple[str, str]], service: tuple[str, Parts]
) -> None:
    """It is in force as there, and a look at the ledger finds nothing else to load or to learn."""
    models = service[1].models
    await models.refresh()
    *_, applied, given = (models._by_workspace[workspace] for workspace, _ in three)
    assert given.looked.is_set()
    if given.work:  # the service's own look may have come as the workspace was made
        await asyncio.wait([given.work])
    assert (given.live, given.live_version) == (applied.live, applied.live_version)
    assert given.live_version


async def test_what_is_remembered_of_a_workspace_outlives_it(service: tuple[str, Parts]) -> None:
    """Else those after it would begin without a model: their contacts would go to people, whatever they are about."""
    alike, models, made = Alike(service[1]), service[1].models, list[str]()
    try:
        for _ in range(2):
            made.append((await alike.workspace(small()))[0])
        loaded = models._by_workspace[made[1]]
        async with service[1].database.transaction() as session:
            await session.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": made[1]})
        await models.refresh()  # before anybody has noticed that the workspace is gone
        if loaded.work:
            await asyncio.wait([loaded.work])
        made.append((await alike.workspace(small()))[0])
        assert models._by_workspace[made[2]].live_version
    finally:
        for workspace in made:
            await _remove(service[1], workspace)


async def test_what_a_loop_writes_later_is_given_as_it_writes_it(
    three: list[tuple[str, str]], service: tuple[str, Parts]
) -> None:
    """How far its contacts follow it is as of one that has been there for a while."""
    (applied, _), _, (given, _) = three

    async def alike() -> bool:
        async with service[1].database.reading() as session:
            rows = [(await session.execute(FOLLOWED, {"id": one})).one_or_none() for one in (applied, given)]
        return rows[0] == rows[1] is not None

    await eventually(alike)


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


async def _read(workspace: str, name: str, parts: Parts) -> dict[str, Any]:
    """The rows of a workspace, with ids numbered in their order."""
    async with parts.database.transaction() as session:
        rows = await _rows(session, workspace, (*APPLIED, *LEARNT))
    number = {found: str(at) for at, found in enumerate(sorted({found[0] for found in ID.finditer(rows)}))}
    rows = ID.sub(lambda found: number[found[0]], rows).replace(name, "its name")
    return {table: sorted(map(json.dumps, map(_timeless, of_it))) for table, of_it in json.loads(rows).items()}
