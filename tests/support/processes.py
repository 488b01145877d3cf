"""Routers as processes of their own, on servers of their own, to be killed."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.forked import Command, started
from tests.support.service import eventually

COMMAND = Path(sys.executable).with_name("mci-router")
INHERITED = ("PATH", "PYTHONPATH", "SSL_CERT_DIR")
"""What processes get of the tests' environment: the second, so that they run the sources that the tests import."""


@dataclass
class Router:
    """One router process."""

    process: Command
    url: str
    log: Path

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MCI_TOKEN_SECRET": "a secret for tests only, long enough to sign",
        "MCI_DRAIN_S": "0",
    }


@asynccontextmanager
async def router(variables: dict[str, str], directory: Path) -> AsyncIterator[Router]:
    """A router that is ready; stopped afterwards if it still runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = directory / f"router-{port}.log"
    process = await started(("serve",), {**variables, "MCI_PORT": str(port)}, directory, log)
    try:
        async with httpx.AsyncClient() as client:
            await eventually(lambda: _ready(client, url, process, log), 30)
        yield Router(process, url, log)
    finally:
        if process.poll() is None:
            process.terminate()
            print(log.read_text())
            try:
                await asyncio.to_thread(process.wait, 15)
            finally:
                process.kill()  # else the tests would wait for it at their end, too


async def _ready(client: httpx.AsyncClient, url: str, process: Command, log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
