"""A receiver, and webhooks that lead to it."""

from collections.abc import AsyncIterator

import pytest

from tests.api.conftest import make_shared, shared  # noqa: F401 — fixtures
from tests.support.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started
