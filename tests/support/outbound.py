"""Messages to customers, as agents write them, and adapters that carry them out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text

from tests.support.service import PATIENCE_S, TLS, Workspace, eventually

WIDGET: dict[str, Any] = {
    "title": "The widget",
    "channels": ["chat"],
    "outbound": {"by": "stream"},
    "trust": "authenticated",
}


async def adapter(workspace: Workspace, name: str = "widget", **spec: Any) -> dict[str, Any]:
    response = await workspace.api.put(f"/v1/adapters/{name}", json={**WIDGET, **spec})
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


async def posted_to(workspace: Workspace, url: str, name: str = "widget", **spec: Any) -> str:
    """An adapter to which messages are posted; its secret."""
    await adapter(workspace, name, outbound={"by": "webhook", "url": url}, **spec)
    response = await workspace.api.post(f"/v1/adapters/{name}/rotate-secret")
    assert response.status_code == 200, response.text
    return str(response.json()["secret"])


async def key_of(workspace: Workspace, *scopes: str, **body: Any) -> dict[str, Any]:
    response = await workspace.api.post("/v1/api-keys", json={"name": "test", "scopes": list(scopes), **body})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def by(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


async def chat(workspace: Workspace, name: str = "widget", **contact: Any) -> dict[str, Any]:
    """A contact that came by the adapter."""
    key = await key_of(workspace, "contacts:write", adapter=name, trust="authenticated")
    customer = {"trust": "authenticated", **contact.pop("customer", {})}
    body = {"channel": "chat", "text": "a formal complaint", "customer": customer, **contact}
    response = await workspace.api.post("/v1/contacts", json=body, headers=by(key))
    assert response.status_code == 201, response.text
    posted: dict[str, Any] = response.json()
    return posted


async def reply(workspace: Workspace, contact: dict[str, Any], said: str = "hello", **more: Any) -> str:
    """Writes to the contact's customer as the agent Ada does; the message's id."""
    body = {"text": said, "kind": "agent", "author": "ada", **more}
    response = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["message"]["id"])


async def delivery(workspace: Workspace, message: str) -> dict[str, Any]:
    """How far the message has come: `{state, error}`."""
    async with workspace.database.transaction() as session:
        row = (
            await session.execute(text("SELECT delivery, delivery_error FROM messages WHERE id = :id"), {"id": message})
        ).one()
    return {"state": row.delivery, "error": row.delivery_error}


SLOW_S = 30
"""A delivery is given up by a loop that others go before, on a busy machine."""


async def until_delivery(workspace: Workspace, message: str, state: str) -> dict[str, Any]:
    """Its delivery, once it is in the state."""

    async def reached() -> dict[str, Any] | None:
        found = await delivery(workspace, message)
        return found if found["state"] == state else None

    found: dict[str, Any] = await eventually(reached, SLOW_S)
    return found


async def deliveries_told(workspace: Workspace, contact: dict[str, Any], number: int = 1) -> list[dict[str, Any]]:
    """What the journal has of deliveries in a contact, once it has so many: it hears of one after the ledger."""

    async def told() -> list[dict[str, Any]]:
        events = await workspace.events(contact["id"])
        found = [event["data"] for event in events if event["type"] == "message.delivery"]
        return found if len(found) >= number else []

    found: list[dict[str, Any]] = await eventually(told)
    return found


@dataclass
class Reading:
    """What an adapter has read of its stream: events, and the id of the last one that has one."""

    lines: AsyncIterator[str]
    last: str | None = None
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event."""
        found: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_S):
            async for line in self.lines:
                name, _, value = line.partition(": ")
                if line and name:
                    found[name] = value
                elif "event" in found:
                    break
                else:
                    found = {}
        self.last = found.get("id", self.last)
        self.events.append((found["event"], json.loads(found["data"])))
        return self.events[-1]

    async def texts(self, count: int) -> list[str]:
        """The texts of the next messages."""
        return [(await self.next())[1]["text"] for _ in range(count)]


@asynccontextmanager
async def reading(
    workspace: Workspace, key: dict[str, Any], name: str = "widget", last: str | None = None, **query: Any
) -> AsyncIterator[Reading]:
    """An adapter that reads its stream, over a connection of its own."""
    headers = by(key) | ({"Last-Event-ID": last} if last else {})
    async with (
        httpx.AsyncClient(base_url=workspace.url, headers=headers, timeout=PATIENCE_S, verify=TLS) as client,
        client.stream("GET", f"/v1/adapters/{name}/outbound", params=query) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reading(response.aiter_lines(), last)


async def receipt(workspace: Workspace, key: dict[str, Any], message: str, state: str, **more: Any) -> dict[str, Any]:
    """Says, as the adapter does, how far a message has come; what is in force then."""
    body = {"state": state, **more}
    response = await workspace.api.post(f"/v1/messages/{message}/delivery", json=body, headers=by(key))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found
