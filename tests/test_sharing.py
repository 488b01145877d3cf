"""Two processes on one ledger and one live state: background work is done once, and goes on when one is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mci_router.embedded import Servers
from tests.support.documents import small
from tests.support.processes import environment, router
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually
from tests.webhooks.support import hook

TAKEN_OVER_S = 15  # three seconds until a process counts as gone, and what it had read is claimed five after that
WORKSPACES = 4


def untaught() -> dict[str, Any]:
    """A workspace whose topics have nothing to learn from, with offers that expire soon."""
    document = small()
    document["topics"] = [{**topic, "examples": []} for topic in document["topics"]]
    document["queues"] = [{**queue, "offer_timeout_s": 1} for queue in document["queues"]]
    return document


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as started:
        yield started


async def test_work_is_done_once_by_two_processes_and_goes_on_when_one_is_killed(
    make: Callable[..., Awaitable[Workspace]], servers: Servers, receiver: Receiver, tmp_path: Path
) -> None:
    """Journals are projected, offers expire and webhooks are delivered in every workspace, each event once."""
    workspaces = [await make(untaught()) for _ in range(WORKSPACES)]
    for workspace in workspaces:
        await hook(workspace, receiver.url, events=["contact.*", "offer.*"])
    # As the tests' own service: one that is killed may leave deliveries claimed until their time-out.
    haste = {"MCI_WEBHOOK_TIMEOUT_S": "1", "MCI_WEBHOOK_PRIVATE_TARGETS": "true", "MCI_TIMER_INTERVAL_S": "0.05"}
    async with router(environment(servers.database_url, servers.redis_url) | haste, tmp_path) as other:
        expired = await asyncio.gather(*(_expires(workspace, 10) for workspace in workspaces))
        await eventually(lambda: _delivered(receiver, expired))
        other.kill()
        expired += await asyncio.gather(*(_expires(workspace, TAKEN_OVER_S) for workspace in workspaces))
    await eventually(lambda: _delivered(receiver, expired), TAKEN_OVER_S)
    assert set(Counter(one.headers["webhook-id"] for one in receiver.received).values()) == {1}
    for contact, workspace in zip(expired, workspaces * 2, strict=True):
        assert [event["type"] for event in await workspace.events(contact)].count("offer.expired") == 1


async def _delivered(receiver: Receiver, contacts: Sequence[str]) -> bool:
    ended = {one.subject for one in receiver.received if one.type == "mci.contact.cancelled"}
    return ended >= set(contacts)


async def _expires(workspace: Workspace, seconds: float) -> str:
    """Has an offer expire; returns its contact once the ledger has that."""
    async with workspace.desk("ann") as desk:
        contact = str((await workspace.post("a formal complaint", topic="complaint"))["id"])
        await desk.expect("offer.created")

        async def known() -> bool:
            return any(event["type"] == "offer.expired" for event in await workspace.events(contact))

        await eventually(known, seconds)
        await desk.do("presence.set", state="offline")
        await workspace.api.post(f"/v1/contacts/{contact}/cancel")
    return contact
