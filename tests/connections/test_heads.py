"""What one client sends before it has said who it is costs the others nothing."""

import asyncio
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from mci_router.api.parts import Parts
from tests.connections.hostile import CHUNKED, GET, TOO_LARGE, answer_to
from tests.support.service import TLS, Workspace

PATIENCE_S = 10
MOST_CPU_S = 4  # of this process, client and server: each took minutes of CPU, or was never refused


@pytest.mark.parametrize("pieces", TOO_LARGE.values(), ids=TOO_LARGE.keys())
async def test_a_head_over_64_kib_is_refused_at_once(
    service: tuple[str, Parts], pieces: Callable[[], Iterator[bytes]]
) -> None:
    """431, whatever its form, and another client is answered meanwhile."""
    url, _ = service
    before = time.process_time()
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(base_url=url, verify=TLS) as other:
        attack = asyncio.create_task(answer_to(url, pieces()))
        assert (await other.get("/livez")).status_code == 200
        answer = await attack
        assert (await other.get("/livez")).status_code == 200
    refused = answer.rpartition(b"HTTP/1.1 ")[2]
    assert refused.startswith(b"431 "), answer[:300]
    assert b"/problems/head_too_large" in refused
    assert time.process_time() - before < MOST_CPU_S


async def test_a_head_of_a_little_less_is_served(service: tuple[str, Parts]) -> None:
    """60 KiB in one header, in one packet or in pieces; and requests sent ahead are answered in order."""
    url, _ = service
    large = GET + b"X: " + b"a" * 60_000 + b"\r\n"
    pieces = [large, b"\r\n", *([GET + b"\r\n"] * 3), (GET + b"\r\n") * 400, GET + b"Connection: close\r\n\r\n"]
    async with asyncio.timeout(PATIENCE_S):
        answer = await answer_to(url, iter(pieces))
    assert answer.count(b"HTTP/1.1 200 ") == answer.count(b"HTTP/1.1 ") == 405


async def test_trailers_are_no_headers(service: tuple[str, Parts], workspace: Workspace) -> None:
    """A key in a trailer, behind the body, is nobody's key."""
    url, _ = service
    head = CHUNKED.replace(b"Host: x", b"Host: x\r\nConnection: close")
    body = b"2\r\n{}\r\n0\r\nAuthorization: Bearer " + workspace.key.encode() + b"\r\n\r\n"
    async with asyncio.timeout(PATIENCE_S):
        assert (await answer_to(url, iter([head + body]))).startswith(b"HTTP/1.1 401 ")
