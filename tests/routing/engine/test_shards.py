"""Work for many, of which one fails."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mci_router.errors import DatabaseUnavailable, EngineUnavailable
from mci_router.routing.engine.shards import each, each_row


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


async def test_rows_that_cannot_be_done_keep_no_other_workspace_waiting() -> None:
    """However many they are, and though they come first. A workspace that is away keeps its own later rows for later;
    what is done does not come again, and the first failure is told at the end.
    """
    left = [*(["away"] * 5), "well", *(["broken"] * 4), "well", "away", "well"]
    rows = [{"workspace_id": workspace, "id": number} for number, workspace in enumerate(left)]
    tried: list[int] = []

    async def read(but: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return [row for row in rows if row["workspace_id"] not in but][:3]

    async def work(row: Mapping[str, Any]) -> None:
        tried.append(row["id"])
        if row["workspace_id"] == "away":
            raise EngineUnavailable
        if row["workspace_id"] == "broken":
            raise ValueError(row["id"])
        rows.remove(dict(row))

    with pytest.raises(ValueError, match="6"):
        await each_row(read, 3, work)
    assert tried == [0, 1, 2, 5, 6, 7, 10, 12]
    assert {row["workspace_id"] for row in rows} == {"away", "broken"}


async def test_rows_are_left_as_they_are_without_the_ledger() -> None:
    tried: list[str] = []

    async def read(but: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        assert not but
        return [{"workspace_id": one} for one in ("first", "second")]

    async def work(row: Mapping[str, Any]) -> None:
        tried.append(row["workspace_id"])
        raise DatabaseUnavailable

    with pytest.raises(DatabaseUnavailable):
        await each_row(read, 2, work)
    assert tried == ["first"]
