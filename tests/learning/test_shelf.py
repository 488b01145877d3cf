"""The tests' shelf of models: what is taken from it is as if it had been learnt."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration import workspace_file
from mci_router.learning.worker import Limits, WorkerGone
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from tests.learning.conftest import _remove, process
from tests.learning.test_workshop import TOPICS, candidacy
from tests.support.alike import LEARNT, _rows, _timeless
from tests.support.documents import small
from tests.support.service import make_workspace
from tests.support.shared import FOLDER
from tests.support.shelf import ShelvedWorkshop, take_from_shelf


@pytest.fixture(scope="module")
async def shelving(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ShelvedWorkshop]:
    """A workshop whose shelf is empty: tests elsewhere may have learnt the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(tmp_path_factory.mktemp("shelf")))
        made = ShelvedWorkshop(None, Limits())
        yield made
        await made.close()


async def test_what_one_has_made_another_one_need_not(shelving: ShelvedWorkshop) -> None:
    """Even where they ask at once. The other one has no worker: it fails where it finds nothing on the shelf."""
    other = ShelvedWorkshop(None, Limits())
    await other.close()
    with pytest.raises(WorkerGone):
        await other.judge("theirs", candidacy(TOPICS))
    first = asyncio.create_task(shelving.judge("ours", candidacy(TOPICS)))
    await asyncio.sleep(0)
    assert await other.judge("theirs", candidacy(TOPICS)) == await first
    with pytest.raises(WorkerGone):
        await other.judge("theirs", candidacy({**TOPICS, "a": ["another"]}))


async def test_a_workspace_has_its_model_from_the_shelf_as_if_it_had_learnt_it(
    shelving: ShelvedWorkshop, settings: Settings
) -> None:
    """The ledger says the same of both. Of what is not on the shelf it says nothing, so that it is learnt."""
    async with process(settings, shelving) as here:
        async with here.database.transaction() as session:
            assert await _given(session) == (False, {table: [] for table in LEARNT})
            await session.rollback()
        workspace, _ = await make_workspace(here.database, small())
        try:
            await here.models.ready(workspace)
            async with here.database.transaction() as session:
                learnt = await _learnt(session, workspace)
                assert len(learnt["triage_models"]) == 1
                assert await _given(session) == (True, learnt)
                await session.rollback()
        finally:
            await _remove(here.database, workspace)


async def _given(session: AsyncSession) -> tuple[bool, dict[str, Any]]:
    """Whether another workspace was given a model, and what the ledger says of it."""
    workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(small()))
    return await take_from_shelf(session, workspace), await _learnt(session, workspace)


async def _learnt(session: AsyncSession, workspace: str) -> dict[str, Any]:
    rows = (await _rows(session, workspace, LEARNT)).replace(workspace, "its id")
    return {table: [_timeless(row) for row in of_it] for table, of_it in json.loads(rows).items()}
