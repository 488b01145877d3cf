"""A workspace with a portal, and visitors that nobody takes for a program."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest

from mci_router.portal import forms
from tests.support.documents import small
from tests.support.help_pages import Visitor, visitor
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
Visit = Callable[..., Awaitable[Visitor]]
_addresses = count(1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until a form is old enough."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


@pytest.fixture
async def portal(make: Make) -> Workspace:
    """A small workspace with help pages."""
    return await make(with_portal())


def with_portal(**said: Any) -> dict[str, Any]:
    """The small workspace, with a portal as is said."""
    document = small()
    document["agents"][0]["capacity"]["channels"]["email"] = 2  # and as many of what is written on the pages
    document["workspace"]["portal"] = {"title": "Small help", "topics": ["how_to"], **said}
    return document


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """Has somebody visit the portal of a workspace, from an address of their own unless it is named."""
    async with AsyncExitStack() as stack:

        async def begin(workspace: Workspace, address: str = "", **headers: str) -> Visitor:
            number = next(_addresses)
            own = address or f"203.0.{113 + number // 250}.{number % 250}"
            return await stack.enter_async_context(visitor(workspace, own, **headers))

        yield begin
