"""API keys: made with scopes one has, shown once, kept as a hash, revoked for good."""

from typing import Any

import httpx
from sqlalchemy import text

from mci_router.access.keys import Scope
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace


async def made(
    workspace: Workspace, name: str = "web chat adapter", scopes: tuple[str, ...] = ("contacts:write",)
) -> dict[str, Any]:
    response = await workspace.api.post("/v1/api-keys", json={"name": name, "scopes": list(scopes)})
    assert response.status_code == 201, response.text
    key: dict[str, Any] = response.json()
    return key


def by(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


async def test_a_key_is_shown_once_and_kept_as_a_hash(workspace: Workspace) -> None:
    """The answer has the secret; lists, tables and refusals never do."""
    key = await made(workspace)
    listed = await workspace.api.get("/v1/api-keys")
    mine = next(item for item in listed.json()["items"] if item["id"] == key["id"])
    assert mine == {name: value for name, value in key.items() if name != "key"}
    assert key["key"].startswith(key["hint"])
    assert len(key["hint"]) <= 12
    assert key["key"] not in listed.text
    async with workspace.database.transaction() as session:
        row = await session.scalar(text("SELECT t::text FROM api_keys t WHERE id = :id"), {"id": key["id"]})
    assert row
    assert key["key"] not in row
    assert len(key["key"]) > 40
    assert (await made(workspace))["key"] != key["key"]


async def test_a_key_does_what_its_scopes_say_and_no_more(workspace: Workspace) -> None:
    """It posts, and may not read what it posted; it may not make keys."""
    key = await made(workspace)
    posted = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "hello"}, headers=by(key))
    assert posted.status_code == 201
    refused = await workspace.api.get(f"/v1/contacts/{posted.json()['id']}", headers=by(key))
    assert assert_problem(refused, 403, "scope_missing")["scopes"] == ["contacts:read"]
    assert_problem(
        await workspace.api.post("/v1/api-keys", json={"name": "more", "scopes": ["contacts:read"]}, headers=by(key)),
        403,
        "scope_missing",
    )


async def test_a_key_gives_only_scopes_it_has(workspace: Workspace) -> None:
    """Nobody lifts themselves up: a keeper of keys without other scopes cannot hand them out."""
    keeper = await made(workspace, "keeper", ("keys:write", "contacts:read"))
    beyond = {"name": "more", "scopes": ["contacts:read", "reports:read"]}
    raised = await workspace.api.post("/v1/api-keys", json=beyond, headers=by(keeper))
    assert assert_problem(raised, 403, "scope_missing")["scopes"] == ["reports:read"]
    given = await workspace.api.post(
        "/v1/api-keys", json={"name": "fine", "scopes": ["contacts:read"]}, headers=by(keeper)
    )
    assert given.status_code == 201
    assert len((await workspace.api.get("/v1/api-keys")).json()["items"]) == 3


@every(
    ("body", "where"),
    [
        ({"name": "x", "scopes": []}, "body.scopes"),
        ({"name": "x", "scopes": ["contacts:fly"]}, "body.scopes.0"),
        ({"name": "  ", "scopes": ["contacts:read"]}, "body.name"),
        ({"scopes": ["contacts:read"]}, "body.name"),
        ({"name": "x", "scopes": ["contacts:read"], "expires": "never"}, "body.expires"),
    ],
)
async def test_a_key_that_is_not_right_is_refused(workspace: Workspace, body: dict[str, Any], where: str) -> None:
    """422 with the place, and no key is made."""
    assert_problem(await workspace.api.post("/v1/api-keys", json=body), 422, "invalid_request", where)
    assert len((await workspace.api.get("/v1/api-keys")).json()["items"]) == 1


async def test_a_revoked_key_stays_in_the_list_and_stays_revoked(workspace: Workspace) -> None:
    """With the time of its revocation, which a second revocation does not move; the key that revokes itself is gone,
    too.
    """
    key = await made(workspace)
    for _ in range(2):
        assert (await workspace.api.delete(f"/v1/api-keys/{key['id']}")).status_code == 204
    first = (await workspace.api.get("/v1/api-keys")).json()["items"]
    await workspace.api.delete(f"/v1/api-keys/{key['id']}")
    assert (await workspace.api.get("/v1/api-keys")).json()["items"] == first
    assert next(item for item in first if item["id"] == key["id"])["revoked_at"]
    keeper = await made(workspace, "keeper", ("keys:write",))
    assert (await workspace.api.delete(f"/v1/api-keys/{keeper['id']}", headers=by(keeper))).status_code == 204
    assert_problem(await workspace.api.get("/v1/api-keys", headers=by(keeper)), 401, "not_authenticated")


async def test_every_scope_is_explained(workspace: Workspace) -> None:
    """All of them can be given, and the answer lists them in order without doubles."""
    key = await made(workspace, "all", (*Scope, Scope.CONTACTS_READ))
    assert key["scopes"] == sorted(Scope)


async def test_an_agents_token_opens_a_desk_and_nothing_else(workspace: Workspace) -> None:
    """It is no API key, names its agent, and says when it expires; by name and by id it is the same agent's."""
    agent = (await workspace.api.get("/v1/agents/ann")).json()
    answer = (await workspace.api.post(f"/v1/agents/{agent['id']}/token")).json()
    assert (answer["agent"], answer["expires_at"] > agent["created_at"]) == ("ann", True)
    async with httpx.AsyncClient(
        base_url=workspace.url, headers={"Authorization": f"Bearer {answer['token']}"}, timeout=PATIENCE_S, verify=TLS
    ) as client:
        assert_problem(await client.get("/v1/contacts"), 401, "not_authenticated")
    assert_problem(await workspace.api.post("/v1/agents/nobody/token"), 404, "not_found")
