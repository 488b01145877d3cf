"""Desks that come, go and are refused, in whatever way: nothing of it is an error of the router's."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.support.conversations import COMPLAINT
from tests.support.service import Workspace, eventually

Coming = Callable[[str, dict[str, str]], Awaitable[None]]
DESKS = 12  # of each kind, at the same time


def address(workspace: Workspace, resume: str = "") -> str:
    return workspace.url.replace("http", "ws") + f"/v1/agent-socket{resume}"


async def connected(url: str, headers: dict[str, str]) -> ClientConnection:
    return await connect(url, subprotocols=[Subprotocol("mci.v1")], additional_headers=headers)


async def torn_at_once(url: str, headers: dict[str, str]) -> None:
    socket = await connected(url, headers)
    socket.transport.abort()


async def torn_after_hello(url: str, headers: dict[str, str]) -> None:
    socket = await connected(url, headers)
    await socket.recv()
    await socket.send(json.dumps({"type": "presence.set", "id": "1", "data": {"state": "available"}}))
    socket.transport.abort()


async def closed_politely(url: str, headers: dict[str, str]) -> None:
    socket = await connected(url, headers)
    await socket.recv()
    await socket.close()


async def talking_nonsense(url: str, headers: dict[str, str]) -> None:
    socket = await connected(url, headers)
    for frame in ("nonsense", "[]", '{"type": "line.list", "id": 7}', b"\x00", "x" * 70_000):
        await socket.send(frame)
    socket.transport.abort()


async def refused(url: str, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus):
        await connected(url, {"Authorization": "Bearer no.such.token"})


async def hung_up_in_the_handshake(url: str, headers: dict[str, str]) -> None:
    host, port = url.split("/")[2].split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    token = f"Authorization: {headers['Authorization']}"
    writer.write(f"GET /v1/agent-socket HTTP/1.1\r\nHost: {host}\r\n{upgrade}\r\n{key}\r\n{token}\r\n\r\n".encode())
    await writer.drain()
    writer.transport.abort()


COMINGS = [torn_at_once, torn_after_hello, closed_politely, talking_nonsense, refused, hung_up_in_the_handshake]


@pytest.mark.parametrize("resume", ["", "?resume=1"])
async def test_desks_that_come_and_go_leave_no_error_in_the_log(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, resume: str
) -> None:
    """Many at once, new ones and such that come back, while contacts are offered; a desk that comes then works."""
    headers = {"Authorization": f"Bearer {await workspace.token('ann')}"}
    waiting = [workspace.post(COMPLAINT) for _ in range(3)]
    comings = [_one(coming, address(workspace, resume), headers) for coming in COMINGS for _ in range(DESKS // 2)]
    await asyncio.gather(*waiting, *comings)

    async def works() -> str | None:
        with contextlib.suppress(ConnectionClosed, InvalidStatus):  # those that have hung up may be heard after it
            async with workspace.desk("ann") as ann:
                return str((await ann.expect("offer.created"))["contact"]["id"])
        return None

    assert await eventually(works)
    errors = [f"{one.name}: {one.getMessage()}" for one in caplog.records if one.levelno >= logging.ERROR]
    assert not errors


async def _one(coming: Coming, url: str, headers: dict[str, str]) -> None:
    with contextlib.suppress(ConnectionClosed, InvalidStatus, OSError):  # taken over, or too many came at once
        await coming(url, headers)
