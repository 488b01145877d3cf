"""`mci-router dev`: what it says while it starts, and the link that signs in to the desk."""

import asyncio
import json
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from mci_router.access.sign_in import SignInCode
from mci_router.api.parts import Parts
from mci_router.app import create_app
from mci_router.settings import Settings
from tests.support.documents import small
from tests.support.forked import run, started
from tests.support.ledgers import migrated_data
from tests.support.processes import INHERITED, free_port
from tests.support.service import PATIENCE_S, TLS, eventually

LINK = re.compile(r"(http://\S+)/desk#code=(\S+)\n")


@dataclass
class Dev:
    """A running `mci-router dev`, and all that it said until it was ready."""

    url: str
    code: str
    said: str


@pytest.fixture(scope="module")
async def dev() -> AsyncIterator[Dev]:
    """With a small workspace that has all pages for customers; stopped by Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="mci-dev-") as directory:
        os.chmod(directory, 0o755)  # PostgreSQL's own user passes through
        example = Path(directory) / "example.yaml"
        document = small()
        document["workspace"] |= {"portal": {}, "community": {}, "status_page": {}}
        example.write_text(json.dumps(document))
        variables = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "MCI_PORT": str(free_port())
        }
        output = Path(directory) / "output"
        process = await started(("dev", "--example", str(example)), variables, Path(directory), output)

        async def link() -> re.Match[str] | None:
            assert process.poll() is None, output.read_text()
            return LINK.search(output.read_text())

        try:
            found = await eventually(link, 60)
            yield Dev(found[1], found[2], output.read_text())
            process.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(process.wait, 30) == 0
            assert "Stopped" in output.read_text()
        finally:
            process.kill()  # else the tests would wait for it at their end, too


async def test_a_start_says_what_it_waits_for(dev: Dev) -> None:
    """In order, and what it prints last is where to go; by then it is ready and understands, and each page is there."""
    steps = (
        "Starting PostgreSQL and Valkey",
        "Preparing the ledger",
        "Applying the example workspace",
        "Learning ",
        "runs on",
        "/desk#code=",
    )
    places = [dev.said.index(step) for step in steps]
    assert places == sorted(places)
    async with httpx.AsyncClient(base_url=dev.url, timeout=30, verify=TLS) as client:
        assert (await client.get("/readyz")).json()["models"]["in_force"] == 1
        for page in ("docs", "desk", "wallboard", "reports", "workforce", "help", "community", "status"):
            assert f" {dev.url}/{page}\n" in dev.said
            assert (await client.get(f"/{page}", follow_redirects=True)).status_code == 200, page


async def test_the_link_signs_in_to_the_desk_once(dev: Dev) -> None:
    """The code is exchanged for the token of an example agent, whose socket opens; a second time it is refused."""
    async with httpx.AsyncClient(base_url=dev.url, timeout=30, verify=TLS) as client:
        answer = await client.post("/dev/sign-in", json={"code": dev.code})
        assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
        token, headers = answer.json(), {"Authorization": f"Bearer {answer.json()['token']}"}
        address = f"{dev.url.replace('http', 'ws')}/v1/agent-socket"
        async with connect(address, subprotocols=[Subprotocol("mci.v1")], additional_headers=headers) as socket:
            hello = json.loads(await socket.recv())
        assert (hello["type"], hello["data"]["agent"]) == ("hello", token["agent"])
        again = await client.post("/dev/sign-in", json={"code": dev.code})
        assert (again.status_code, again.json()["type"]) == (401, "/problems/not_authenticated")
    (route,) = (route for route in create_app(Settings(_env_file=None), SignInCode()).routes if of_dev(route))
    assert not vars(route)["include_in_schema"]


def of_dev(route: BaseRoute) -> bool:
    """Whether only `dev` has it."""
    return vars(route).get("path") == "/dev/sign-in"


async def test_without_a_workspace_it_says_what_is_missing() -> None:
    """And does not show keys that nobody has made. Its ledger is there already, and is empty."""
    with tempfile.TemporaryDirectory(prefix="mci-dev-") as directory:
        os.chmod(directory, 0o755)
        (data := Path(directory, ".data")).mkdir()
        await asyncio.to_thread(migrated_data, data)
        variables = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "MCI_PORT": str(free_port())
        }
        code, said = await run("dev", "--example", "nowhere.yaml", variables=variables, folder=Path(directory))
        assert code == 1
        assert "name one with --example" in said
        assert "keys.json" not in said


async def test_a_service_that_is_not_dev_takes_no_code(service: tuple[str, Parts]) -> None:
    """There is no such route."""
    async with httpx.AsyncClient(base_url=service[0], timeout=PATIENCE_S, verify=TLS) as client:
        answer = await client.post("/dev/sign-in", json={"code": "anything"})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not_found")
