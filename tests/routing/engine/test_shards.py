"""Work for many, of which one fails."""

import pytest

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine.shards import each


async def test_nobody_waits_for_the_work_of_another_that_fails() -> None:
    """All is done that can be; the first failure is told at the end, before a shard that was away."""
    done = []

    async def work(item: int) -> None:
        if item == 1:
            raise EngineUnavailable
        if item in (2, 3):
            raise ValueError(item)
        done.append(item)

    with pytest.raises(ValueError, match="2"):
        await each(range(5), work)
    assert done == [0, 4]
    with pytest.raises(EngineUnavailable):
        await each([0, 1, 4], work)
    assert done == [0, 4, 0, 4]
