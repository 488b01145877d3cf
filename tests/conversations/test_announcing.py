"""What was announced is forgotten, or it is announced once more."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from mci_router.conversations import announcing
from mci_router.conversations.announcing import Announcer
from mci_router.conversations.messages import Written
from mci_router.database import Database
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState


class Ledger:
    """Notes what it is told to forget; each time takes a while."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.begun, self.gate = asyncio.Event(), asyncio.Event()

    async def read(self, _: str, done: list[str]) -> None:
        self.begun.set()
        await self.gate.wait()
        self.forgotten += done


class Journal:
    """Takes every announcement."""

    async def announce(self, _: str, some: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{"state": "assigned"} for _ in some]


def written(message: str) -> tuple[str, Written]:
    return "wsp_one", Written({}, {"message": message}, True, False, ContactState.ASSIGNED)


async def test_what_is_announced_while_the_ledger_forgets_is_forgotten_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing is announced after it."""
    monkeypatch.setattr(announcing, "GATHER_S", 0.01)
    ledger = Ledger()
    announcer = Announcer(cast(Database, ledger), cast(Engine, Journal()))
    await announcer.announce([written("one")])
    await ledger.begun.wait()
    await announcer.announce([written("two")])
    ledger.gate.set()
    async with asyncio.timeout(5):
        while len(ledger.forgotten) < 2:
            await asyncio.sleep(0.01)
    assert ledger.forgotten == ["one", "two"]
