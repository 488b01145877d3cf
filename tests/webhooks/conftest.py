"""A receiver, and webhooks that lead to it."""

from collections.abc import AsyncIterator

import pytest

from tests.api.conftest import make_shared, shared  # noqa: F401 — fixtures
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace


@pytest.fixture
async def cleared(shared: Workspace) -> AsyncIterator[Workspace]:  # noqa: F811
    """The workspace that the tests of a file share; the webhooks that a test has made go with it."""
    yield shared
    for one in (await shared.api.get("/v1/webhooks")).json()["items"]:
        assert (await shared.api.delete(f"/v1/webhooks/{one['name']}")).status_code == 204


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started
