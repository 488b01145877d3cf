"""Workspaces for the tests of one file that leave nothing behind in it that others would see, such as refusals: they
need not wait for one each.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from mci_router.api.parts import Parts
from tests.conftest import _remove
from tests.support.alike import Alike
from tests.support.contract import conforms
from tests.support.documents import small
from tests.support.service import PATIENCE_S, Workspace
from tests.support.wire import Wire


@pytest.fixture(scope="module")
async def make_shared(service: tuple[str, Parts], alike: Alike) -> AsyncIterator[Callable[..., Awaitable[Workspace]]]:
    """Makes workspaces that live as long as the tests of a file run."""
    url, parts = service
    async with AsyncExitStack() as stack:

        async def build(document: dict[str, Any] | None = None) -> Workspace:
            document = document or small()
            workspace_id, key = await alike.workspace(document)
            stack.push_async_callback(_remove, parts, workspace_id)
            headers = {"Authorization": f"Bearer {key}"}
            api = httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_S, transport=Wire())
            api.event_hooks = {"response": [conforms]}
            await stack.enter_async_context(api)
            return Workspace(url, workspace_id, document["workspace"]["name"], key, api, parts.database, parts.engine)

        yield build


@pytest.fixture(scope="module")
async def shared(make_shared: Callable[..., Awaitable[Workspace]]) -> Workspace:
    """A small workspace that tests only read, try to change in vain, or add to what no other test looks at."""
    return await make_shared()
