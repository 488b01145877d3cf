"""Channel adapters as a resource: who may make one, where its messages may go, and what its keys may assert."""

from typing import Any

import httpx

from mci_router.access.keys import Scope
from tests.support.outbound import WIDGET, adapter, by, key_of
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace


@every(
    ("spec", "where"),
    [
        ({"outbound": {"by": "webhook"}}, "outbound"),
        ({"outbound": {"by": "stream", "url": "https://example.com"}}, "outbound"),
        ({"outbound": {"by": "pigeon"}}, "by"),
        ({"channels": []}, "channels"),
        ({"channels": ["chat", "chat"]}, "twice"),
        ({"channels": ["voice"]}, "telephone"),
        ({"capabilities": {"max_chars": 0}}, "max_chars"),
        ({"capabilities": {"window_h": -1}}, "window_h"),
        ({"give_up_s": 0}, "give_up_s"),
    ],
)
async def test_an_adapter_that_makes_no_sense_is_refused(
    workspace: Workspace, spec: dict[str, Any], where: str
) -> None:
    """And the refusal says where."""
    refused = await workspace.api.put("/v1/adapters/widget", json={**WIDGET, **spec})
    assert where in str(assert_problem(refused, 422, "invalid_request"))


async def test_only_a_key_that_may_carry_messages_out_says_where_they_go(workspace: Workspace) -> None:
    """One that may only configure makes adapters that take nothing; a patch is no way around it."""
    configures = by(await key_of(workspace, "configuration:write", "configuration:read"))
    silent = {**WIDGET, "outbound": {"by": "none"}, "trust": "claimed"}
    assert (await workspace.api.put("/v1/adapters/widget", json=silent, headers=configures)).status_code == 200
    for method, body in (("PUT", WIDGET), ("PATCH", {"outbound": {"by": "stream"}})):
        refused = await workspace.api.request(method, "/v1/adapters/widget", json=body, headers=configures)
        assert assert_problem(refused, 403, "scope_missing")["scopes"] == ["messages:deliver"]
    assert (await workspace.api.get("/v1/adapters/widget")).json()["outbound"]["by"] == "none"


async def test_nobody_makes_an_adapter_whose_word_counts_further_than_their_own(workspace: Workspace) -> None:
    """Else a key that may only claim would let its customers be authenticated by an adapter of its own."""
    claims = by(await key_of(workspace, "configuration:write", "configuration:read", "messages:deliver"))
    refused = await workspace.api.put("/v1/adapters/widget", json={**WIDGET, "trust": "verified"}, headers=claims)
    assert assert_problem(refused, 403, "trust_missing")["trust"] == "claimed"


@every("url", ["ftp://example.com/x", "https://user:secret@example.com/x", "https://nowhere.invalid/x", "no address"])
async def test_a_target_is_checked_as_that_of_a_webhook_is(workspace: Workspace, url: str) -> None:
    """Before it is written, and nothing is written."""
    outbound = {"by": "webhook", "url": url}
    refused = await workspace.api.put("/v1/adapters/widget", json={**WIDGET, "outbound": outbound})
    assert_problem(refused, 422, "target_refused")
    assert_problem(await workspace.api.get("/v1/adapters/widget"), 404, "not_found")


async def test_a_key_of_an_adapter_asserts_no_more_than_the_adapter(workspace: Workspace) -> None:
    """When it is made, and afterwards when the adapter may less: whichever of the two is lower counts."""
    await adapter(workspace, trust="authenticated")
    beyond = {"name": "test", "scopes": ["contacts:write"], "adapter": "widget", "trust": "verified"}
    refused = await workspace.api.post("/v1/api-keys", json=beyond)
    assert assert_problem(refused, 403, "trust_missing")["trust"] == "authenticated"

    key = await key_of(workspace, "contacts:write", adapter="widget", trust="authenticated")
    assert (key["adapter"], key["trust"]) == ("widget", "authenticated")
    posts = {"channel": "chat", "text": "hello", "customer": {"email": "ada@example.com", "trust": "authenticated"}}
    assert (await workspace.api.post("/v1/contacts", json=posts, headers=by(key))).status_code == 201
    await adapter(workspace, trust="claimed")
    later = await key_of(workspace, "contacts:write", adapter="widget")
    lowered = await workspace.api.post("/v1/contacts", json=posts, headers=by(later))
    assert assert_problem(lowered, 403, "trust_missing")["trust"] == "claimed"


async def test_a_key_names_an_adapter_that_there_is(workspace: Workspace) -> None:
    """And the adapter cannot be deleted while such a key is in force."""
    body = {"name": "test", "scopes": ["contacts:write"], "adapter": "widget"}
    assert_problem(await workspace.api.post("/v1/api-keys", json=body), 422, "unknown_adapter")
    await adapter(workspace)
    key = await key_of(workspace, "contacts:write", adapter="widget")
    kept = assert_problem(await workspace.api.delete("/v1/adapters/widget"), 409, "in_use")
    assert kept["used_by"] == [f"api key {key['id']}"]
    assert (await workspace.api.delete(f"/v1/api-keys/{key['id']}")).status_code == 204
    assert (await workspace.api.delete("/v1/adapters/widget")).status_code == 204


async def test_the_new_scopes_are_given_like_the_others(workspace: Workspace) -> None:
    """A key can give only those that it has."""
    keeper = await key_of(workspace, "keys:write", "messages:write")
    async with httpx.AsyncClient(base_url=workspace.url, headers=by(keeper), timeout=PATIENCE_S, verify=TLS) as api:
        given = await api.post("/v1/api-keys", json={"name": "bot", "scopes": ["messages:write"]})
        refused = await api.post("/v1/api-keys", json={"name": "out", "scopes": ["messages:deliver"]})
    assert given.status_code == 201
    assert_problem(refused, 403, "scope_missing")
    assert {"messages:write", "messages:deliver"} <= set(Scope)


async def test_an_adapter_brings_only_what_it_is_for(workspace: Workspace) -> None:
    """Contacts of its channels, and customers who can be asked only where it sends their answers back."""
    await adapter(workspace)
    key = by(await key_of(workspace, "contacts:write", adapter="widget"))
    for path in ("contacts", "messages"):
        wrong = await workspace.api.post(f"/v1/{path}", json={"channel": "sms", "text": "hello"}, headers=key)
        problem = assert_problem(wrong, 422, "channel_cannot")
        assert (problem["cannot"], "serves chat, and not sms" in problem["detail"]) == ("channel", True)
        asks = {"channel": "chat", "text": "hello", "can_ask": True}
        problem = assert_problem(await workspace.api.post(f"/v1/{path}", json=asks, headers=key), 422, "channel_cannot")
        assert problem["cannot"] == "ask"
    assert (await workspace.api.get("/v1/contacts")).json()["items"] == []
    await adapter(workspace, capabilities={"can_ask": True})
    assert (await workspace.api.post("/v1/contacts", json=asks, headers=key)).status_code == 201
