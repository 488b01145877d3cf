"""Clients: desks that lose their connections or never read, and fifty times the contacts."""

import asyncio
import base64
import json
import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from tests.survival.ground import memory_mb, now
from tests.survival.scenario import Scenario
from tests.survival.stage import Size, Stage

CUT_S, CUT_EVERY_S = 6, 0.2
DEAF, DEAF_S = 3, 20
FRAMES = 200
"""Heartbeats that a deaf desk sends at a time; it reads none of the answers."""
MOST_MB = 40
"""What a router may grow by for desks that do not read."""
TIMES, FLOOD_S = 50, 5


async def cut_desks(stage: Stage) -> float:
    """A desk's connection breaks every fifth of a second, at whatever it was doing."""
    until = now() + CUT_S
    while now() < until:
        stage.dice.choice(stage.desks).cut()
        await asyncio.sleep(CUT_EVERY_S)
    return now()


async def deaf_desks(stage: Stage) -> float:
    """Desks that are available and send without end, and read nothing: those of the first agents, until they are closed."""
    before = [memory_mb(router.pid) for router in stage.ground.routers]
    victims = stage.desks[:DEAF]
    for desk in victims:
        desk.leave()
    tokens = [await stage.token(desk.heard.agent) for desk in victims]
    urls = [router.url for router in stage.ground.routers]
    closed = await asyncio.gather(
        *(asyncio.to_thread(_deaf, url, token) for url, token in zip(urls, tokens, strict=False))
    )
    stage.seen += [f"a desk that reads nothing was kept for {DEAF_S} s" for one in closed if not one]
    for desk in victims:
        desk.gone = False
    after = [memory_mb(router.pid) for router in stage.ground.routers]
    grown = max(late - early for early, late in zip(before, after, strict=True))
    if grown > MOST_MB:
        stage.seen.append(f"a router grew by {grown:.0f} MB for desks that read nothing")
    return now()


def _deaf(url: str, token: str) -> bool:
    """Sits down as a desk, sends and never reads. Returns whether the router has closed it in time."""
    address = urlsplit(url)
    with socket.socket() as desk:
        desk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        desk.settimeout(1)
        desk.connect((address.hostname, address.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            *("GET /v1/agent-socket HTTP/1.1", f"Host: {address.netloc}", "Upgrade: websocket", "Connection: Upgrade"),
            *(f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: mci.v1"),
            *(f"Authorization: Bearer {token}", "", ""),
        ]
        desk.sendall("\r\n".join(lines).encode())
        desk.recv(12)
        until = now() + DEAF_S
        said = _masked({"type": "presence.set", "id": "p", "data": {"state": "available"}})
        while now() < until:
            try:
                desk.sendall(said)
                said = _masked({"type": "heartbeat", "id": "h", "data": {}}) * FRAMES
            except TimeoutError:
                continue
            except OSError:
                return True
        return False


def _masked(frame: dict[str, object]) -> bytes:
    """Returns a short text frame as a client sends it; the mask is of zeros."""
    sent = json.dumps(frame).encode()
    return bytes([0x81, 0x80 | len(sent), 0, 0, 0, 0]) + sent


async def flood(stage: Stage) -> float:
    """Fifty times the contacts for some seconds. What is refused is sent again when the answer said so."""
    pouring = asyncio.create_task(stage.adapter.steadily(stage.size.rate * (TIMES - 1)))
    await asyncio.sleep(FLOOD_S)
    pouring.cancel()
    with suppress(asyncio.CancelledError):
        await pouring
    return now()


SCENARIOS = [
    Scenario("cut-desks", "desks' connections cut, five a second", cut_desks),
    Scenario("deaf-desks", "three desks that never read", deaf_desks),
    Scenario("flood", "fifty times the contacts for 5 s", flood, ends=False, size=Size(after_s=5)),
]
