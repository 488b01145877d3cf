"""Desks that come all at once, that leave before their turn, and that run wild: none of it hurts the others."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.api.parts import Parts
from mci_router.api.sockets.admission import desks
from mci_router.errors import TooManySockets, TooManySocketsOfAgent
from mci_router.routing.engine.journal import MOST_UNREAD, Gap
from mci_router.settings import Settings
from mci_router.vocabulary import Presence
from tests.support.documents import SMALL, small
from tests.support.service import Workspace, eventually

DESKS = 100


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the server, the loop and the desks log as an error."""
    about = ("uvicorn", "asyncio", "mci_router.api")
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR and one.name.startswith(about)]


def crowd() -> dict[str, object]:
    """The small workspace with a hundred agents more, who take e-mail only: nothing is offered to them."""
    agent = {**SMALL["agents"][0], "capacity": {"units": 1, "channels": {"email": 1}}}
    more = [{**agent, "name": f"agent_{number}", "title": f"Agent {number}"} for number in range(DESKS)]
    return small(agents=[*SMALL["agents"], *more])


async def tokens_of(workspace: Workspace, parts: Parts, settings: Settings) -> list[str]:
    """The tokens of the hundred, made as a key would make them."""
    first = parts.tokens.read(await workspace.token("agent_0"))[0]
    generations = (await parts.snapshots.get(workspace.id)).generations
    assert settings.token_secret
    made = Tokens(settings.token_secret.get_secret_value(), ttl_s=600)
    names = [f"agent_{number}" for number in range(DESKS)]
    return [made.make(AgentIdentity(workspace.id, name, generations[name], first.key_id))[0] for name in names]


def connecting(workspace: Workspace, token: str) -> connect:
    url = workspace.url.replace("http", "ws") + "/v1/agent-socket"
    headers = {"Authorization": f"Bearer {token}"}
    return connect(url, subprotocols=[Subprotocol("mci.v1")], additional_headers=headers, open_timeout=60)


async def test_a_hundred_desks_connect_at_once_and_none_is_refused(
    make: Callable[..., Awaitable[Workspace]],
    service: tuple[str, Parts],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each gets its hello; contacts are taken meanwhile; and whether they then leave by word or not, the log is calm."""
    workspace = await make(crowd())
    tokens = await tokens_of(workspace, service[1], settings)
    caplog.set_level(logging.ERROR)
    async with AsyncExitStack() as desks:

        async def come_in(token: str) -> ClientConnection:
            socket = await desks.enter_async_context(connecting(workspace, token))
            assert json.loads(await socket.recv())["type"] == "hello"
            return socket

        coming = [asyncio.create_task(come_in(token)) for token in tokens]
        for _ in range(5):
            await workspace.post()
        sockets = await asyncio.gather(*coming)
        reached = await service[1].engine.presences(workspace.id, [f"agent_{number}" for number in range(DESKS)])
        assert len(reached) == DESKS
        for socket in sockets[::2]:
            socket.transport.abort()
    await eventually(lambda: _settled(service[1]))
    assert faults(caplog) == []


async def _settled(parts: Parts) -> bool:
    return parts.admission.count == 0


async def test_desks_that_leave_before_their_turn_and_those_that_run_wild_leave_the_log_calm(
    workspace: Workspace, service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """Forty sockets of one agent at once, every third of which is cut at some moment: the last one works."""
    token = await workspace.token("ann")
    caplog.set_level(logging.ERROR)
    fates = Counter[str]()

    async def storm(number: int) -> None:
        try:
            async with connecting(workspace, token) as socket:
                if number % 3 == 0:
                    await asyncio.sleep(number / 2_000)
                    socket.transport.abort()
                while True:
                    await socket.recv()
        except InvalidStatus as refused:
            fates[str(refused.response.status_code)] += 1
        except ConnectionClosed as closed:
            fates[f"closed {closed.rcvd.code if closed.rcvd else ''}"] += 1
        except (InvalidHandshake, OSError):
            fates["cut"] += 1

    async with asyncio.timeout(30):
        storms = [asyncio.create_task(storm(number)) for number in range(40)]
        while sum(fates.values()) < 39:
            await asyncio.sleep(0.02)
            if sum(fates.values()) == 38 and service[1].admission.count <= 2:
                break
    async with workspace.desk("ann") as desk:
        assert desk.hello["agent"] == "ann"
    for one in storms:
        one.cancel()
        with suppress(asyncio.CancelledError):
            await one
    assert set(fates) <= {"429", "closed 4409", "closed ", "cut"}
    await eventually(lambda: _settled(service[1]))
    assert faults(caplog) == []


def test_sockets_are_bounded_for_each_agent_and_in_all(settings: Settings) -> None:
    """429 for an agent whose client runs wild, 503 when the process is full; a place is free again at the end."""
    admission = desks(settings.model_copy(update={"sockets_most": 3, "sockets_per_agent": 2}))
    ann, bob, eve = (AgentIdentity("wsp_1", name, "gen", "key") for name in ("ann", "bob", "eve"))
    with admission.socket(ann):
        with admission.socket(ann), pytest.raises(TooManySocketsOfAgent) as wild, admission.socket(ann):
            pass
        with admission.socket(bob), admission.socket(eve), pytest.raises(TooManySockets) as full, admission.socket(eve):
            pass
    assert (wild.value.status, full.value.status) == (429, 503)
    assert admission.count == 0


async def test_a_desk_that_does_not_read_costs_a_bounded_amount(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """Its queue ends in a gap: what it missed is in its inbox."""
    parts = service[1]
    queue = await parts.feed.subscribe(workspace.id, "ann")
    try:
        for number in range(MOST_UNREAD + 10):
            await parts.engine.set_presence(workspace.id, "ann", Presence.AWAY, f"reason {number}")

        async def gap() -> bool:
            return any(isinstance(item, Gap) for item in queue._queue)  # type: ignore[attr-defined]

        await eventually(gap)
        assert queue.qsize() <= MOST_UNREAD
    finally:
        parts.feed.unsubscribe(workspace.id, "ann", queue)


async def test_a_handshake_that_is_refused_leaves_the_log_calm(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Also if the client does not wait for the answer."""
    caplog.set_level(logging.ERROR)
    host, port = httpx.URL(workspace.url).host, httpx.URL(workspace.url).port
    head = (
        f"GET /v1/agent-socket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    )
    for token in ("nonsense", await workspace.token("ann")):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())
        writer.transport.abort()
    async with workspace.desk("fred"):  # not ann: her broken handshake may be read after this one, and take her over
        pass
    assert faults(caplog) == []
