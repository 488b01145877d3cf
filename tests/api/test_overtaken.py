"""Requests that lose a race to another one are told so, whatever the route; a mistake of ours stays one."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from mci_router.api import problems
from mci_router.api.parts import Parts
from mci_router.database_errors import Raced
from tests.support.service import Workspace

TWICE = "INSERT INTO workspaces SELECT (jsonb_populate_record(w, '{}')).* FROM workspaces w WHERE id = :id"
MISTAKE = "SELECT 1 / 0"


async def asked(work: Callable[[], Awaitable[None]]) -> httpx.Response:
    """Returns what a route answers that does some work."""
    app = FastAPI()
    problems.install(app)
    app.add_api_route("/", work, response_model=None)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.get("/")


async def test_who_was_overtaken_may_send_it_again(
    service: tuple[str, Parts], workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """A unique key that another transaction has written, and a statement of ours that noticed. The row stays unsaid."""

    async def write() -> None:
        async with service[1].database.transaction() as session:
            await session.execute(text(TWICE), {"id": workspace.id})

    async def notice() -> None:
        raise Raced("UniqueViolationError uq_addresses")

    for work, said in ((write, "UniqueViolationError pk_workspaces"), (notice, "UniqueViolationError uq_addresses")):
        answer = await asked(work)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overtaken")
        assert answer.headers["Retry-After"] == "1"
        assert f"GET / was overtaken: {said}" in caplog.messages
    assert workspace.id not in caplog.text


async def test_a_mistake_of_ours_is_no_race(service: tuple[str, Parts]) -> None:
    async def divide() -> None:
        async with service[1].database.transaction() as session:
            await session.execute(text(MISTAKE))

    answer = await asked(divide)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal_error")
