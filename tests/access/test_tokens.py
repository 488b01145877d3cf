"""Agent tokens end: with their time, with the key that made them, and with the agent they are of."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.settings import Settings
from tests.conftest import SECRET
from tests.support.documents import SMALL, small
from tests.support.service import PATIENCE_S, TLS, TestDesk, Workspace, running_service
from tests.support.site import Site

ENDED_WITHIN_S = 5
ANN: dict[str, Any] = {name: value for name, value in SMALL["agents"][0].items() if name != "name"}


async def closed(desk: TestDesk) -> tuple[int, str]:
    """Code and reason with which the router hangs up, within the time it has for that."""
    async with asyncio.timeout(ENDED_WITHIN_S):
        with pytest.raises(ConnectionClosed) as ended:
            await desk.expect("nothing of the kind")
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code, ended.value.rcvd.reason


async def refused(workspace: Workspace, token: str) -> int:
    """The status of a handshake that is refused."""
    with pytest.raises(InvalidStatus) as answer:
        async with connect(
            workspace.url.replace("http", "ws") + "/v1/agent-socket",
            subprotocols=[Subprotocol("mci.v1")],
            additional_headers={"Authorization": f"Bearer {token}"},
        ):
            pass
    return answer.value.response.status_code


async def desk_key(workspace: Workspace) -> dict[str, Any]:
    made = await workspace.api.post("/v1/api-keys", json={"name": "desk backend", "scopes": ["agents:token"]})
    key: dict[str, Any] = made.json()
    return key


async def token_by(workspace: Workspace, key: dict[str, Any], agent: str) -> str:
    made = await workspace.api.post(f"/v1/agents/{agent}/token", headers={"Authorization": f"Bearer {key['key']}"})
    return str(made.json()["token"])


async def short_token(workspace: Workspace, agent: str, ttl_s: int) -> str:
    """A token as the service signs them, but for a few seconds."""
    generation = (await workspace.api.get(f"/v1/agents/{agent}")).json()["id"]
    key = (await workspace.api.get("/v1/api-keys")).json()["items"][0]["id"]
    return Tokens(SECRET, ttl_s=ttl_s).make(AgentIdentity(workspace.id, agent, generation, key))[0]


async def test_a_desk_is_closed_when_its_token_expires(workspace: Workspace) -> None:
    """4401 at the time the token says; with a fresh one the agent goes on."""
    async with workspace.desk("ann", token=await short_token(workspace, "ann", 3)) as ann:
        assert await closed(ann) == (4401, "token_expired")
    async with workspace.desk("ann", available=False) as again:
        assert again.hello["presence"] == "available"


async def test_a_desk_is_closed_when_the_key_that_made_its_token_is_revoked(workspace: Workspace) -> None:
    """4401, and the token opens nothing any more; the desks of other keys stay."""
    key = await desk_key(workspace)
    token = await token_by(workspace, key, "ann")
    async with workspace.desk("ann", token=token) as ann, workspace.desk("fred") as fred:
        assert (await workspace.api.delete(f"/v1/api-keys/{key['id']}")).status_code == 204
        assert await closed(ann) == (4401, "key_revoked")
        assert (await fred.do("heartbeat"))["lease"] == "ok"
    assert await refused(workspace, token) == 401


async def test_a_desk_is_closed_when_its_agent_is_deleted(workspace: Workspace) -> None:
    """4401; at the next handshake there is no such agent, and once one of the name is made again, the old token is not
    that one's.
    """
    token = await workspace.token("ann")
    async with workspace.desk("ann", token=token) as ann:
        assert (await workspace.api.delete("/v1/agents/ann")).status_code == 204
        assert await closed(ann) == (4401, "agent_removed")
    assert await refused(workspace, token) == 404
    assert (await workspace.api.put("/v1/agents/ann", json=ANN)).status_code == 200
    assert await refused(workspace, token) == 401
    async with workspace.desk("ann", available=False) as again:
        assert again.hello["presence"] == "offline"


async def test_changing_an_agent_ends_no_desk(workspace: Workspace) -> None:
    """The same agent with other skills or another title has the same tokens."""
    async with workspace.desk("ann") as ann:
        assert (await workspace.api.patch("/v1/agents/ann", json={"title": "Ann Example"})).status_code == 200
        assert (await workspace.api.put("/v1/agents/ann", json=ANN)).status_code == 200
        assert (await ann.do("heartbeat"))["lease"] == "ok"


async def test_a_token_is_bound_to_its_key_and_to_that_very_agent(workspace: Workspace) -> None:
    """One signed without a key, or for an agent of another id, opens nothing."""
    generation = (await workspace.api.get("/v1/agents/ann")).json()["id"]
    key = (await workspace.api.get("/v1/api-keys")).json()["items"][0]["id"]
    tokens = Tokens(SECRET, ttl_s=60)
    for identity in (
        AgentIdentity(workspace.id, "ann", generation, "key_" + "0" * 32),
        AgentIdentity(workspace.id, "ann", "agt_" + "0" * 32, key),
        AgentIdentity(workspace.id, "ann", "", ""),
    ):
        token, _ = tokens.make(identity)
        assert tokens.read(token)[0] == identity
        assert await refused(workspace, token) == 401


async def test_a_desk_at_another_process_is_closed_within_five_seconds(site: Site) -> None:
    """Revoked, deleted and made again at this process; the desks at the other one are closed, and only they."""
    document = small(topics=[], articles=[])  # nothing to learn: the routers have nothing else to do
    settings = Settings(
        _env_file=None, database_url=site.database_url, redis_url=site.valkey.url, token_secret=SecretStr(SECRET)
    )
    async with site.router() as there, site.workspace(there, document) as workspace, AsyncExitStack() as stack:
        url, _ = await stack.enter_async_context(running_service(settings))
        here = await stack.enter_async_context(
            httpx.AsyncClient(base_url=url, headers=workspace.api.headers, timeout=PATIENCE_S, verify=TLS)
        )
        key = await desk_key(workspace)
        ann = await stack.enter_async_context(workspace.desk("ann", token=await token_by(workspace, key, "ann")))
        fred = await stack.enter_async_context(workspace.desk("fred"))
        assert (await here.delete(f"/v1/api-keys/{key['id']}")).status_code == 204
        assert await closed(ann) == (4401, "key_revoked")
        assert (await fred.do("heartbeat"))["lease"] == "ok"
        spec = {name: value for name, value in SMALL["agents"][1].items() if name != "name"}
        assert (await here.delete("/v1/agents/fred")).status_code == 204
        assert (await here.put("/v1/agents/fred", json=spec)).status_code == 200
        assert await closed(fred) == (4401, "agent_removed")
        last = await stack.enter_async_context(workspace.desk("ann", token=await short_token(workspace, "ann", 4)))
        assert await closed(last) == (4401, "token_expired")
