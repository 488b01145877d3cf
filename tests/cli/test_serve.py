"""`mci-router serve --workers 2`: several processes serve on one port, and each says what it does as one does."""

import asyncio
import re
from asyncio.subprocess import STDOUT
from pathlib import Path

import httpx

from tests.support.processes import COMMAND, environment, free_port
from tests.support.service import PATIENCE_S, TLS, eventually
from tests.support.site import Site

STARTED = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO uvicorn\.error: Started server process \[(\d+)\]$", re.M
)


async def test_each_of_several_workers_logs_with_times_and_serves(site: Site, tmp_path: Path) -> None:
    """A worker has no parent's logging: without its own, only what goes wrong was written, and without a time."""
    port, log = free_port(), tmp_path / "serve.log"
    variables = environment(site.database_url, site.valkey.url) | {"MCI_PORT": str(port)}
    with log.open("wb") as output:
        serving = await asyncio.create_subprocess_exec(
            COMMAND, "serve", "--workers", "2", env=variables, cwd=tmp_path, stdout=output, stderr=STDOUT
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, verify=TLS) as client:

            async def ready() -> bool:
                assert serving.returncode is None, log.read_text()
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, 60)

        async def two_started() -> bool:
            return len(set(STARTED.findall(log.read_text()))) == 2

        await eventually(two_started, 60)
    finally:
        if serving.returncode is None:
            serving.terminate()
            try:
                await asyncio.wait_for(serving.wait(), 20)
            finally:
                if serving.returncode is None:
                    serving.kill()
        print(log.read_text())
    assert "Traceback" not in log.read_text()
