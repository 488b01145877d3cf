"""The service explains itself: documentation, contract and problems, without reaching for anything outside."""

import asyncio
import json
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from mci_router.api.openapi import ABOUT, install
from mci_router.errors import problems
from tests.support.contract import openapi_document
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace

ADDRESS = re.compile(r"""(?:src|href)\s*=\s*["']([^"']+)|url\(["']?([^"')]+)|@import\s+["']([^"']+)""")


async def test_the_documentation_page_loads_from_this_service_alone(shared: Workspace) -> None:
    """Every script and style of /docs comes from here, so it works without the internet; no key is needed to read it."""
    async with httpx.AsyncClient(base_url=shared.url, timeout=PATIENCE_S, verify=TLS) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        wanted = [next(filter(None, found)) for found in ADDRESS.findall(page.text)]
        assert len(wanted) >= 2
        assert not [
            address
            for address in wanted
            if re.match(r"(https?:)?//", address) and not address.startswith(f"{shared.url}/")
        ]
        here = httpx.URL(f"{shared.url}/docs")
        for leads_to in {here.join(address) for address in wanted if not address.startswith("data:")}:
            if leads_to.path != "/openapi.json":  # it takes seconds to make: the next test reads it
                assert (await client.get(leads_to)).status_code == 200
        assert "/openapi.json" in page.text


async def test_the_contract_is_served_and_others_are_answered_while_it_is_made(shared: Workspace) -> None:
    """It takes seconds, once a process, and needs no key: who asks for it first stalls nobody. No other test asks.

    It says what the routes say, in the same order, whichever process writes it, so that drift can be checked. What is
    served is kept by nobody.
    """
    async with httpx.AsyncClient(base_url=shared.url, timeout=60, verify=TLS) as client:
        making, answered = asyncio.create_task(client.get("/openapi.json")), 0
        while not making.done():
            assert (await client.get("/livez")).status_code == 200
            answered += 1
            await asyncio.sleep(0.02)  # what is asked for meanwhile takes its time from the making
        served = await making
    assert answered > 20
    assert json.dumps(served.json()) == json.dumps(openapi_document())
    assert served.headers.get_list("cache-control") == ["no-store"]
    assert served.headers["x-content-type-options"] == "nosniff"
    assert_complete(served.json())


async def test_the_contract_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte takes some hundredths of a second to write, in which nobody is answered, and no key is needed. Those
    who ask meanwhile take no thread each. What failed is tried again.
    """
    app, written = FastAPI(**ABOUT), list[str]()

    def render(_: JSONResponse, content: Any) -> bytes:
        written.append(content["openapi"])
        if len(written) == 1:
            raise OSError("no memory")
        return json.dumps(content).encode()

    install(app)
    app.openapi_schema = {"openapi": "3.1.0"}
    monkeypatch.setattr(JSONResponse, "render", render)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(base_url="http://router.test", transport=transport) as client:
        assert (await client.get("/openapi.json")).status_code == 500
        answers = await asyncio.gather(*(client.get("/openapi.json") for _ in range(20)))
    assert [answer.json() for answer in answers] == [{"openapi": "3.1.0"}] * 20
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert written == ["3.1.0"] * 2


def assert_complete(document: dict[str, Any]) -> None:
    """OpenAPI 3.1 with every resource of the core contract; each operation has a summary, a name of its own and its
    problems.
    """
    assert document["openapi"].startswith("3.1")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(operation.get("summary") for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for plural in ("agents", "queues", "topics", "skills", "policies", "articles", "escalations"):
        assert set(document["paths"][f"/v1/{plural}/{{reference}}"]) | set(
            document["paths"].get(f"/v1/{plural}/{{name}}", {})
        ) >= {
            "get",
            "put",
            "patch",
            "delete",
        }
    posted = document["paths"]["/v1/contacts"]["post"]
    assert {"201", "401", "403", "409", "413", "422", "503"} <= set(posted["responses"])
    assert "Idempotency-Key" in {parameter["name"] for parameter in posted["parameters"]}


@every("slug", problems())
async def test_every_kind_of_problem_is_explained_at_its_type(shared: Workspace, slug: str) -> None:
    """`/problems/{slug}` says what it means in a sentence or two, and with which status it comes."""
    request = shared.api.build_request("GET", f"/problems/{slug}")
    del request.headers["Authorization"]
    told = (await shared.api.send(request)).json()
    assert (told["type"], told["status"]) == (f"/problems/{slug}", problems()[slug].status)
    assert len(told["meaning"]) > 30
    assert "\n" not in told["meaning"]
