"""A workspace with a community, readers and members."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest

from mci_router.portal import forms
from tests.community.test_moderation import HOW_TO, with_spaces
from tests.support.customers import site_key, site_token
from tests.support.help_pages import Visitor, visitor
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
Visit = Callable[..., Awaitable[Visitor]]
SIGN_IN = "https://shop.example/community"
_addresses = count(1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until a form is old enough."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


@pytest.fixture
async def board(make: Make) -> Workspace:
    return await make(with_pages())


def with_pages(**community: Any) -> dict[str, Any]:
    """The workspace with spaces, whose customers a site signs in."""
    return with_spaces(title="Small community", sign_in_url=SIGN_IN, **community)


async def asked(workspace: Workspace, text: str = HOW_TO, **more: Any) -> tuple[str, str]:
    """A contact in the community, and its post's id."""
    contact = await workspace.post(text, channel="community", **more)
    return contact["id"], contact["route"]["post"]["id"]


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """Has somebody read the community of a workspace, from an address of their own."""
    async with AsyncExitStack() as stack:

        async def begin(workspace: Workspace, **headers: str) -> Visitor:
            own = f"198.51.100.{next(_addresses) % 250}"
            return await stack.enter_async_context(visitor(workspace, own, "community", **headers))

        yield begin


async def signed_in(who: Visitor, workspace: Workspace, sub: str = "crm-42", name: str = "Sam", next_: str = "") -> str:
    """Signs a customer of the workspace's site in, by a name; returns the token that its site signed."""
    token = site_token(await site_key(workspace), sub, name=f"{name} Quux")
    await who.post(f"{who.root}/sign-in", {"token": token, "next": next_})
    await who.send("enter")
    return token
