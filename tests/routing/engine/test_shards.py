"""Work for many, of which one fails."""

import pytest

from mci_router.errors import DatabaseUnavailable, EngineUnavailable
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


async def test_without_the_ledger_nothing_is_tried() -> None:
    """Each try would wait for a time-out."""
    tried = []

    async def work(item: int) -> None:
        tried.append(item)
        raise DatabaseUnavailable

    with pytest.raises(DatabaseUnavailable):
        await each(range(5), work)
    assert tried == [0]
