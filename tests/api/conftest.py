"""A workspace for the tests of one file that leave nothing behind in it, such as refusals: they need not wait for one
each.
"""

from collections.abc import AsyncIterator

import httpx
import pytest

from mci_router.api.parts import Parts
from tests.conftest import _remove
from tests.support.contract import conforms
from tests.support.documents import small
from tests.support.service import PATIENCE_S, TLS, Workspace, make_workspace


@pytest.fixture(scope="module")
async def shared(service: tuple[str, Parts]) -> AsyncIterator[Workspace]:
    """A small workspace that tests only read, or try to change in vain."""
    url, parts = service
    document = small()
    workspace_id, key = await make_workspace(parts.database, document)
    await parts.snapshots.get(workspace_id)
    await parts.models.ready(workspace_id)
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        api.event_hooks = {"response": [conforms]}
        yield Workspace(url, workspace_id, document["workspace"]["name"], key, api, parts.database, parts.engine)
    await _remove(parts, workspace_id)
