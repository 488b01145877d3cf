"""Rate limits: what a key and a workspace may ask, on whichever process; never what stops the service."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from mci_router.access.keys import Caller
from mci_router.access.rates import Rates
from mci_router.api.costs import FACTORS
from mci_router.api.parts import Parts
from mci_router.errors import TooManyRequests
from mci_router.routing.engine import Engine
from mci_router.specs.rates import RateSpec
from tests.support.contract import openapi_document
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, Workspace

AMPLE = RateSpec(units_per_s=1_000_000, burst=1_000_000)


async def _client(workspace: Workspace, **limits: Any) -> httpx.AsyncClient:
    made = await workspace.api.post(
        "/v1/api-keys", json={"name": "a", "scopes": ["contacts:read", "contacts:write"], **limits}
    )
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    return httpx.AsyncClient(base_url=workspace.url, headers=headers, timeout=PATIENCE_S, verify=TLS)


async def test_a_key_that_has_spent_its_units_is_refused_and_others_are_not(workspace: Workspace) -> None:
    """429 with when to come back; every answer says what is left; the key is listed with its limit."""
    limit = {"units_per_s": 0.01, "burst": 5}
    async with await _client(workspace, rate_limit=limit) as slow, await _client(workspace) as other:
        answers = [await slow.get("/v1/contacts") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[0].headers["RateLimit-Policy"] == '"workspace";q=50000;w=5, "key";q=5;w=500'
        left = [answer.headers["RateLimit"].partition('"key";r=')[2].partition(";")[0] for answer in answers]
        assert left == ["4", "3", "2", "1", "0", "0"]
        refused = answers[-1]
        assert_problem(refused, 429, "too_many_requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 100
        assert refused.json()["violated-policies"] == ["key"]
        assert "0.01 come back in a second" in refused.json()["detail"]
        assert (await other.get("/v1/contacts")).status_code == 200
    listed = (await workspace.api.get("/v1/api-keys")).json()["items"]
    assert [key["rate_limit"] for key in listed] == [None, limit, None]


async def test_a_workspaces_keys_share_its_limit(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Set in its file; a new key is no way around it."""
    document = small()
    document["workspace"]["rate_limit"] = {"units_per_s": 0.01, "burst": 22}  # two make the keys
    workspace = await make(document)
    async with await _client(workspace) as one, await _client(workspace) as two:
        spent = [(await client.get("/v1/contacts")).status_code for client in (one, two) * 10]
        assert spent == [200] * 20
        assert (await one.get("/v1/contacts")).json()["violated-policies"] == ["workspace"]


async def test_long_bodies_and_heavy_routes_cost_more(workspace: Workspace) -> None:
    """A dry run of 50,000 characters is 130 small requests."""
    limit = {"units_per_s": 0.01, "burst": 1_000}
    body = {"channel": "chat", "text": "a" * 50_000, "customer": {}}

    async def cost(client: httpx.AsyncClient, method: str, path: str, **sent: Any) -> int:
        before = _left(await client.get("/v1/contacts"))
        answer = await client.request(method, path, **sent)
        assert answer.status_code in (200, 201), answer.text
        return before - _left(answer)

    async with await _client(workspace, rate_limit=limit) as client:
        assert await cost(client, "GET", "/v1/contacts") == 1
        assert await cost(client, "POST", "/v1/decisions", json=body) == 10 * 13
        assert await cost(client, "POST", "/v1/contacts", json=body) == 13
    assert set(FACTORS) <= set(openapi_document()["paths"])


def _left(answer: httpx.Response) -> int:
    return int(answer.headers["RateLimit"].partition('"key";r=')[2].partition(";")[0])


async def test_heavy_requests_of_a_workspace_take_turns(workspace: Workspace) -> None:
    """Of fifty dry runs at once those that find a place are served, the others are refused at once."""
    body = {"channel": "chat", "text": "I forgot my password " * 200, "customer": {}}
    asked = [workspace.api.post("/v1/decisions", json=body) for _ in range(50)]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200, 429}
    assert sum(answer.status_code == 200 for answer in answers) >= 34
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_problem(refused, 429, "too_many_at_once")
    assert refused.headers["Retry-After"] == "1"
    assert (await workspace.api.post("/v1/decisions", json=body)).status_code == 200


async def _nothing(workspace: str) -> None:
    return None


def _caller(workspace: str) -> Caller:
    return Caller(workspace, "key_1", frozenset(), rate=RateSpec(units_per_s=0.01, burst=100))


async def test_processes_share_a_bucket(service: tuple[str, Parts], workspace: Workspace) -> None:
    """Of two processes that serve one key, both together spend what the bucket has, and no more."""
    engine, caller = service[1].engine, _caller(workspace.id)
    processes = [Rates(engine, AMPLE, AMPLE, _nothing) for _ in range(2)]
    spent = 0
    for _ in range(120):
        for rates in processes:
            try:
                await rates.spend(caller, 1)
                spent += 1
            except TooManyRequests:
                pass
    assert spent == 100


async def test_nothing_is_limited_while_the_live_state_is_away() -> None:
    """A request waits for a moment at most, and the process says that it is so."""
    away = Engine("redis://127.0.0.1:1/0", timeout_s=1, lease_s=1)
    try:
        rates = Rates(away, AMPLE, AMPLE, _nothing)
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(300):
                await rates.spend(_caller("wsp_nowhere"), 1)
        assert rates.open
    finally:
        await away.close()


async def test_a_request_that_costs_more_than_a_burst_waits_for_a_full_bucket(
    service: tuple[str, Parts], workspace: Workspace
) -> None:
    """It is served once, and not never."""
    rates = Rates(service[1].engine, AMPLE, AMPLE, _nothing)
    await rates.spend(_caller(workspace.id), 1_000)
    with pytest.raises(TooManyRequests):
        await rates.spend(_caller(workspace.id), 1_000)
