"""Webhooks as short as a test can say them, and journal entries to tell them of."""

from itertools import count
from typing import Any

from sqlalchemy import select

from mci_router.clock import to_ms, utc_now
from mci_router.models import Contact, WebhookDelivery
from mci_router.routing.engine.projector import project
from mci_router.routing.entries import JournalEntry
from tests.support.lanes import LaneIn
from tests.support.service import Workspace, eventually

PAST_MS = to_ms(utc_now()) - 3_600_000  # before anything the service itself journals: nothing has to be waited for
STATES = """
    SELECT d.state FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
    WHERE w.workspace_id = $1 AND w.name = $2 ORDER BY d.id
"""
numbers = count()


def entry(kind: str, contact: str | None = None, **data: Any) -> JournalEntry:
    """A journal entry, each later than the one before."""
    at = PAST_MS + next(numbers)
    standing = {"contact": contact, "state": "queued", "queue": "desk", "channel": "chat"} if contact else {}
    return JournalEntry.of(f"{at}-0", {"type": kind, "at": at, **standing, **data})


async def hook(workspace: Workspace, url: str, name: str = "crm", **spec: Any) -> dict[str, Any]:
    """A new webhook, with its secret."""
    response = await workspace.api.put(f"/v1/webhooks/{name}", json={"url": url, **spec})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def tell(workspace: Workspace, *entries: JournalEntry) -> None:
    """Projects entries, as if the live state had journalled them."""
    async with workspace.database.transaction() as session:
        await project(LaneIn(session), workspace.id, list(entries))


async def contacts(workspace: Workspace, how_many: int = 1, *, sensitive: bool = False) -> list[str]:
    """Contacts in the ledger.

    Their own events are none of `offer.*`, so that a webhook for those hears only what a test tells.
    """
    made = [(await workspace.post("I forgot my password and cannot log in"))["id"] for _ in range(how_many)]
    async with workspace.database.transaction() as session:
        for contact in await session.scalars(select(Contact).where(Contact.id.in_(made))):
            contact.sensitive = sensitive
    return made


async def deliveries(workspace: Workspace, name: str = "crm", **query: Any) -> list[dict[str, Any]]:
    response = await workspace.api.get(f"/v1/webhooks/{name}/deliveries", params=query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def until_states(workspace: Workspace, *states: str, name: str = "crm") -> list[dict[str, Any]]:
    """The deliveries, newest event first, once they stand so, oldest first: the ledger is asked until they do."""

    async def reached() -> bool:
        return [str(row["state"]) for row in await workspace.database.read(STATES, workspace.id, name)] == list(states)

    await eventually(reached)
    return await deliveries(workspace, name)


async def outbox(workspace: Workspace, webhook_id: str) -> list[WebhookDelivery]:
    async with workspace.database.transaction() as session:
        query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
        return list(await session.scalars(query.order_by(WebhookDelivery.id)))
