"""Incidents as short as a test can say them."""

import json
from typing import Any
from uuid import uuid4

import httpx

from mci_router.clock import utc_now
from mci_router.webhooks.signing import signed
from tests.support.documents import small
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually

TEXTS = {"en": "Sign-in is down. We work on it.", "de": "Die Anmeldung ist gestört. Wir arbeiten daran."}


def with_services(**workspace: Any) -> dict[str, Any]:
    """The small workspace, whose sign-in topic is about one service and whose other topic about two."""
    document = small()
    document["workspace"].update(workspace)
    services = {"sign_in": ["accounts"], "how_to": ["voicemail", "apps"], "card_fraud": ["cards"]}
    for topic in document["topics"]:
        topic["services"] = services.get(topic["name"], [])
    return document


async def incident(workspace: Workspace, *, declare: bool = True, **spec: Any) -> dict[str, Any]:
    """A new incident of sign-in, open unless told otherwise."""
    wanted = {"title": "Nobody can sign in", "topics": ["sign_in"], "status": TEXTS, **spec}
    response = await workspace.api.post("/v1/incidents", json={**wanted, "declare": declare})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def act(workspace: Workspace, incident_id: str, what: str, **body: Any) -> dict[str, Any]:
    """`declare`, `updates`, `fix` or `dismiss`."""
    response = await workspace.api.post(f"/v1/incidents/{incident_id}/{what}", json=body or None)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def read(workspace: Workspace, incident_id: str) -> dict[str, Any]:
    response = await workspace.api.get(f"/v1/incidents/{incident_id}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def until_informed(workspace: Workspace, incident_id: str) -> dict[str, Any]:
    """The incident, once every update of it is done with."""

    async def finished() -> dict[str, Any] | None:
        found = await read(workspace, incident_id)
        return found if all(update["finished_at"] for update in found["updates"]) else None

    found: dict[str, Any] = await eventually(finished)
    return found


async def informed(workspace: Workspace, contact_id: str) -> list[dict[str, Any]]:
    """What the contact was told, oldest first: the data of its `contact.informed`."""
    return [event["data"] for event in await workspace.events(contact_id) if event["type"] == "contact.informed"]


async def until_told(workspace: Workspace, contact_id: str, times: int) -> list[dict[str, Any]]:
    """What the contact was told, once it is so much."""

    async def told() -> list[dict[str, Any]] | None:
        found = await informed(workspace, contact_id)
        return found if len(found) >= times else None

    found: list[dict[str, Any]] = await eventually(told)
    return found


async def monitor(workspace: Workspace) -> dict[str, Any]:
    response = await workspace.api.post("/v1/monitors", json={"name": "Network operations"})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def alert(
    workspace: Workspace,
    monitor: dict[str, Any],
    *,
    secret: str | None = None,
    message_id: str | None = None,
    ago_s: float = 0,
    headers: dict[str, str] | None = None,
    **body: Any,
) -> httpx.Response:
    """A signed alert, without an API key. None leaves a member out."""
    wanted = {
        "alert": "login-errors",
        "state": "firing",
        "title": "Nobody can sign in",
        "topics": ["sign_in"],
        "status": TEXTS,
        **body,
    }
    content = json.dumps({name: value for name, value in wanted.items() if value is not None}).encode()
    at = int(utc_now().timestamp() - ago_s)
    signature = signed([secret or monitor["secret"]], message_id or uuid4().hex, at, content)
    async with httpx.AsyncClient(base_url=workspace.url, verify=TLS, timeout=PATIENCE_S) as sender:
        sent = {"Content-Type": "application/json", **(signature if headers is None else headers)}
        return await sender.post(f"/v1/monitors/{monitor['id']}/alerts", content=content, headers=sent)
