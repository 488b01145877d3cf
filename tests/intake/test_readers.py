"""A workspace's reader is made once, however many contacts wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.intake import readers
from mci_router.intake.readers import Readers
from mci_router.triage.reader import Reader
from tests.support.service import Workspace


async def test_contacts_that_come_at_once_have_the_reader_made_once(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making one compiles patterns, which no other thread can do anything beside: fifty would stall the process."""
    workspace, (_, parts) = await make(), service
    made, making = list[Any](), readers._reader

    def counted(*given: Any) -> Reader:
        made.append(given)
        return making(*given)

    monkeypatch.setattr(readers, "_reader", counted)
    snapshot, fresh = await parts.snapshots.get(workspace.id), Readers(parts.models)
    found = await asyncio.gather(*(fresh.reader(snapshot) for _ in range(50)))
    assert len(made) == 1
    assert len(set(map(id, found))) == 1


async def test_a_reader_that_could_not_be_made_is_made_by_who_asks_next(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure is not kept."""
    workspace, (_, parts) = await make(), service
    snapshot, fresh = await parts.snapshots.get(workspace.id), Readers(parts.models)
    with monkeypatch.context() as broken:
        broken.setattr(readers, "rule_book", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await fresh.reader(snapshot)
    assert isinstance(await fresh.reader(snapshot), Reader)
