"""The Mastodon adapter between a router and the double, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from mci_router.adapters.mastodon.process import Adapter, running
from mci_router.adapters.mastodon.settings import MastodonSettings
from tests.adapters.mastodon_double import Double
from tests.support.outbound import adapter, key_of
from tests.support.service import Workspace, eventually

NAME = "mastodon"
SCOPES = ("contacts:write", "messages:deliver")


@dataclass
class Network:
    """A workspace whose adapter carries the double's notifications, and how the adapter is set."""

    workspace: Workspace
    double: Double
    settings: MastodonSettings
    more: dict[str, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def adapter(self, **more: Any) -> AsyncIterator[Adapter]:
        """The adapter, running; once the block ends it is gone, as after a stop."""
        async with running(self.settings.model_copy(update=more)) as started:
            yield started
            failed = [task.exception() for task in started.tasks if task.done() and not task.cancelled()]
            assert not failed

    async def contacts(self, number: int = 1) -> list[dict[str, Any]]:
        """The contacts, the oldest first, once there are so many."""

        async def enough() -> list[dict[str, Any]] | None:
            found = (await self.workspace.api.get("/v1/contacts")).json()["items"]
            return found[::-1] if len(found) >= number else None

        found: list[dict[str, Any]] = await eventually(enough)
        return found

    async def said(self, number: int) -> list[dict[str, Any]]:
        """The messages of the first contact's case, once there are so many."""
        (first, *_) = await self.contacts()

        async def enough() -> list[dict[str, Any]] | None:
            found = (await self.workspace.api.get(f"/v1/cases/{first['case_id']}/messages")).json()["items"]
            return found if len(found) >= number else None

        found: list[dict[str, Any]] = await eventually(enough)
        return found


async def connected(workspace: Workspace, double: Double, state: Path) -> Network:
    """A workspace with the adapter, and its settings."""
    spec = {"title": "Mastodon", "channels": ["social"], "capabilities": {"receipts": True, "max_chars": 468}}
    await adapter(workspace, NAME, **spec)
    key = await key_of(workspace, *SCOPES, adapter=NAME, trust="authenticated")
    settings = MastodonSettings(
        router_url=workspace.url,
        adapter_key=SecretStr(key["key"]),
        url=double.url,
        token=SecretStr("a-token"),
        state=state,
        poll_s=0.05,
        recheck_s=0.1,
        replies="public",
    )
    return Network(workspace, double, settings)


async def until_taken(started: Adapter, **counted: int) -> None:
    """Waits until so many statuses have become this."""

    async def reached() -> bool:
        return all(started.taking.counted[what] >= number for what, number in counted.items())

    await eventually(reached)
