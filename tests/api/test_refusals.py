"""Requests that are well formed but not granted: keys, scopes, other workspaces' things, paths, pages, and repeated
keys.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from mci_router.access.keys import Scope
from tests.support.contract import openapi_document
from tests.support.problems import assert_nothing_written, assert_problem, rows
from tests.support.service import PATIENCE_S, TLS, Workspace

SIGNED_PATHS = ("/v1/monitors/{monitor_id}/alerts",)  # by a secret of their own, instead of a key
LINKED_PATHS = ("/v1/attachments/{attachment_id}/content", "/v1/attachments/{attachment_id}/preview")
OPEN_PATHS = ("/livez", "/readyz", "/problems/{slug}", "/v1/agent-socket", *SIGNED_PATHS, *LINKED_PATHS)
NO_ID = "0" * 32
MADE_UP = ("mci_made_up", "x" * 5_000)
BODY = {"channel": "chat", "text": "I cannot sign in", "customer": {"email": "sam@example.com"}}


def routes() -> list[tuple[str, str]]:
    """Method and path of every route that needs a key, from the document that describes them."""
    paths = openapi_document()["paths"]
    return [(method.upper(), path) for path, item in paths.items() if path not in OPEN_PATHS for method in item]


async def send(workspace: Workspace, method: str, path: str, key: str | None) -> httpx.Response:
    """The request with names for its path and no body, by a key or none."""
    address = path.replace("{", "").replace("}", "")
    request = workspace.api.build_request(method, address, json=None if method in ("GET", "DELETE") else {})
    del request.headers["Authorization"]
    if key is not None:
        request.headers["Authorization"] = f"Bearer {key}"
    return await workspace.api.send(request)


async def test_no_route_serves_a_caller_without_a_valid_key(shared: Workspace) -> None:
    """401 with WWW-Authenticate on every route that is asked without a key, and on some with one that is made up or of
    another kind: where a key is looked for, one look-up serves all.
    """
    found = routes()
    assert len(found) > 50
    for number, (method, path) in enumerate(found):
        for key in (None, *((MADE_UP[number % len(MADE_UP)],) if number % 5 == 0 else ())):
            refused = await send(shared, method, path, key)
            assert_problem(refused, 401, "not_authenticated")
            assert refused.headers["WWW-Authenticate"] == "Bearer"


async def test_basic_credentials_are_no_key(shared: Workspace) -> None:
    """Only `Bearer` counts."""
    async with httpx.AsyncClient(base_url=shared.url, auth=("sam", "secret"), timeout=PATIENCE_S, verify=TLS) as client:
        assert_problem(await client.get("/v1/contacts"), 401, "not_authenticated")


async def test_every_route_asks_for_its_scope(shared: Workspace) -> None:
    """A key with every scope but one is refused on some route, and told which scope it lacks; a key never does more
    than it may.
    """
    found = routes()
    wanting: dict[str, set[str]] = {}
    made = await shared.api.post("/v1/api-keys", json={"name": "sees nothing", "scopes": ["contacts:sensitive"]})
    for method, path in found:
        document = assert_problem(await send(shared, method, path, made.json()["key"]), 403, "scope_missing")
        wanting.setdefault(document["scopes"][0], set()).add(f"{method} {path}")
    assert set(wanting) == {*Scope} - {"contacts:sensitive"}
    assert "POST /v1/contacts" in wanting["contacts:write"]
    assert "GET /metrics" in wanting["metrics:read"]


async def test_a_revoked_key_is_refused_at_once(shared: Workspace) -> None:
    """The next request after the revocation gets 401; revoking again is harmless."""
    made = (
        await shared.api.post("/v1/api-keys", json={"name": "adapter", "scopes": ["contacts:write", "contacts:read"]})
    ).json()
    assert (await send(shared, "GET", "/v1/contacts", made["key"])).status_code == 200
    for _ in range(2):
        assert (await shared.api.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
    assert_problem(await send(shared, "GET", "/v1/contacts", made["key"]), 401, "not_authenticated")


async def test_nothing_of_another_workspace_can_be_reached(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Every resource route says 404 to another workspace's id, as to one that does not exist, and a foreign customer is
    unknown.
    """
    ours, theirs = await make(), await make()
    contact = await theirs.post(
        "how do I set up my voicemail", channel="community", customer={"email": "kim@example.com"}
    )
    post = contact["route"]["post"]["id"]
    reply = (await theirs.api.post(f"/v1/posts/{post}/replies", json={"author": "a", "body": "b"})).json()["id"]
    key = (await theirs.api.get("/v1/api-keys")).json()["items"][0]["id"]
    foreign: list[tuple[str, str, Any]] = [
        *[("GET", f"/v1/contacts/{contact['id']}{tail}", None) for tail in ("", "/decision", "/events")],
        *[
            ("POST", f"/v1/contacts/{contact['id']}/{verb}", {})
            for verb in ("unresolved", "resolve", "abandon", "cancel")
        ],
        ("GET", f"/v1/posts/{post}", None),
        ("POST", f"/v1/posts/{post}/replies", {"author": "a", "body": "b"}),
        ("POST", f"/v1/posts/{post}/replies/{reply}/accept", {}),
        ("DELETE", f"/v1/api-keys/{key}", None),
    ]
    for plural in ("agents", "queues", "topics", "skills", "articles"):
        foreign_id = (await theirs.api.get(f"/v1/{plural}")).json()["items"][0]["id"]
        foreign += [
            (method, f"/v1/{plural}/{foreign_id}", {} if method == "PATCH" else None)
            for method in ("GET", "PATCH", "DELETE")
        ]
        if plural == "agents":
            foreign.append(("POST", f"/v1/agents/{foreign_id}/token", None))
    for method, path, body in foreign:
        assert_problem(await ours.api.request(method, path, json=body), 404, "not_found")
    taken = await ours.api.post("/v1/contacts", json=BODY | {"customer": {"id": contact["customer_id"]}})
    assert_problem(taken, 422, "unknown_customer")
    await assert_nothing_written(ours)
    assert (await theirs.contact(contact["id"]))["state"] == "posted"


@pytest.mark.parametrize(
    "reference", ["nobody", "%00", "%FF%FE", "a%2Fb", "x" * 3_000, "'; DROP TABLE contacts; --", "con_" + NO_ID]
)
@pytest.mark.parametrize("resource", ["contacts", "posts", "agents", "queues"])
async def test_an_id_that_is_nothing_is_not_found(shared: Workspace, resource: str, reference: str) -> None:
    """404, or 422 where it could never be one: whatever stands in the path, it is no failure."""
    refused = await shared.api.get(f"/v1/{resource}/{reference}")
    assert_problem(refused, refused.status_code, "not_found" if refused.status_code == 404 else "invalid_request")


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/v1/contacts/a/b/c", "/v2/contacts", "/problems/nothing", "/.env"]
)
async def test_an_unknown_path_is_not_found(shared: Workspace, path: str) -> None:
    """404 as a problem document."""
    assert_problem(await shared.api.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/contacts", {"GET", "POST"}),
        ("PUT", "/v1/contacts/con_1", {"GET"}),
        ("POST", "/v1/queues/desk", {"GET", "PUT", "PATCH", "DELETE"}),
        ("POST", "/livez", {"GET"}),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    shared: Workspace, method: str, path: str, allowed: set[str]
) -> None:
    """405 with every method of the path in `Allow`."""
    refused = await shared.api.request(method, path)
    assert_problem(refused, 405, "method_not_allowed")
    assert {word.strip() for word in refused.headers["Allow"].split(",")} >= allowed


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("cursor=nonsense", "query.cursor"),
        ("cursor=con_1", "query.cursor"),
        ("limit=0", "query.limit"),
        ("limit=201", "query.limit"),
        ("limit=many", "query.limit"),
        ("state=sleeping", "query.state"),
        ("queue=" + "q" * 65, "query.queue"),
        ("queue=%00", "query.queue"),
    ],
)
async def test_a_bad_page_is_refused(shared: Workspace, query: str, where: str) -> None:
    """422 with the place of the parameter."""
    assert_problem(await shared.api.get(f"/v1/contacts?{query}"), 422, "invalid_request", where)


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_an_idempotency_key_out_of_bounds_is_refused(shared: Workspace, key: str) -> None:
    """1 to 255 characters."""
    refused = await shared.api.post("/v1/contacts", json=BODY, headers={"Idempotency-Key": key})
    assert_problem(refused, 422, "invalid_request", "header")
    await assert_nothing_written(shared)


async def test_an_idempotency_key_gives_one_contact_and_one_answer(workspace: Workspace) -> None:
    """The same body again: the first answer, word for word.

    Another body: 422 and nothing new. Another workspace's keys do not matter.
    """
    once: dict[str, Any] = {"Idempotency-Key": "order 4711; Größe".encode("latin-1")}
    first = await workspace.api.post("/v1/contacts", json=BODY, headers=once)
    again = await workspace.api.post("/v1/contacts", json=BODY, headers=once)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    other = await workspace.api.post("/v1/contacts", json=BODY | {"text": "something else"}, headers=once)
    assert_problem(other, 422, "idempotency_key_reused")
    assert (await rows(workspace))["contacts"] == 1


async def test_concurrent_requests_with_one_idempotency_key_make_one_contact(workspace: Workspace) -> None:
    """Each of twenty at once gets the one answer, or 409 with Retry-After while the first is served."""
    once = {"Idempotency-Key": "together"}
    answers = await asyncio.gather(*(workspace.api.post("/v1/contacts", json=BODY, headers=once) for _ in range(20)))
    done = [answer for answer in answers if answer.status_code == 201]
    assert done
    assert len({answer.content for answer in done}) == 1
    for busy in (answer for answer in answers if answer.status_code != 201):
        assert_problem(busy, 409, "idempotency_key_in_flight")
        assert busy.headers["Retry-After"]
    assert (await rows(workspace))["contacts"] == 1
