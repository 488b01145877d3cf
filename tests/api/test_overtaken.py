"""Requests that lose a race to another one are told so, whatever the route; a mistake of ours stays one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from mci_router.api import problems
from mci_router.api.parts import Parts
from mci_router.database_errors import Raced
from tests.support.conversations import COMPLAINT, accepted
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

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

    for work, said in (
        (write, "UniqueViolationError (23505) pk_workspaces"),
        (notice, "UniqueViolationError uq_addresses"),
    ):
        answer = await asked(work)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overtaken")
        assert answer.headers["Retry-After"] == "1"
        assert f"GET / was overtaken: {said}" in caplog.messages
    assert workspace.id not in caplog.text


@asynccontextmanager
async def raced(workspace: Workspace, table: str) -> AsyncIterator[None]:
    """Whoever writes a certain text to a table loses a race each time."""
    raises = (
        "CREATE FUNCTION zqxraced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE serialization_failure; END $$"
    )
    when = "FOR EACH ROW WHEN (NEW.text = 'zqxraced') EXECUTE FUNCTION zqxraced()"
    async with workspace.ledger() as session:
        for statement in (raises, f"CREATE TRIGGER zqxraced BEFORE INSERT ON {table} {when}"):
            await session.execute(text(statement))
    try:
        yield
    finally:
        async with workspace.ledger() as session:
            await session.execute(text("DROP FUNCTION zqxraced CASCADE"))


async def test_so_may_who_posts_a_contact(workspace: Workspace) -> None:
    """It was tried again and again before, and is answered before the routes are looked for."""
    async with raced(workspace, "contacts"):
        answer = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "zqxraced"})
        other = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "hello"})
    assert_problem(answer, 503, "overtaken")
    assert other.status_code == 201


async def test_so_may_a_desk_whose_socket_goes_on(workspace: Workspace) -> None:
    """The frame is answered with the problem; sent once more, it is written."""
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        await accepted(ann, contact["id"])
        message = {"contact_id": contact["id"], "client_id": "1", "kind": "note", "text": "zqxraced"}
        async with raced(workspace, "messages"):
            refused = await ann.do("message.send", **message)
        assert refused["problem"]["type"] == "/problems/overtaken"
        assert (await ann.do("message.send", **message))["message"]["text"] == "zqxraced"


async def test_a_mistake_of_ours_is_no_race(service: tuple[str, Parts]) -> None:
    async def divide() -> None:
        async with service[1].database.transaction() as session:
            await session.execute(text(MISTAKE))

    answer = await asked(divide)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal_error")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (
            "UPDATE workspaces SET id = id, name = NULL WHERE id = $1::jsonb ->> 'id'",
            "NotNullViolationError (23502) workspaces.name",
        ),
        (
            "INSERT INTO resources (id, workspace_id, kind, name, spec, version) "
            "SELECT 'res_1', $1::jsonb ->> 'id', 'their words', 'their words', '{}', 1",
            "CheckViolationError (23514) ck_resources_kind",
        ),
    ],
)
@pytest.mark.parametrize("by_lane", [False, True])
async def test_a_rule_of_a_table_that_nobody_loses_a_race_to_is_a_mistake(
    service: tuple[str, Parts],
    workspace: Workspace,
    caplog: pytest.LogCaptureFixture,
    statement: str,
    rule: str,
    by_lane: bool,
) -> None:
    """Sent again, it would fail again. The log names the rule and says nothing of the row, in a transaction as in a
    lane.
    """
    database, its = service[1].database, {"id": workspace.id}

    async def write() -> None:
        if by_lane:
            lane = database.lane()
            try:
                await lane.fetch(statement, its)
            finally:
                lane.close()
        else:
            async with database.transaction() as session:
                given = statement.replace("$1::jsonb ->> 'id'", ":id")
                await session.execute(text(given), its)

    answer = await asked(write)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal_error")
    (said,) = [one for one in caplog.records if one.name == problems.__name__]
    written = logging.Formatter().format(said)
    assert answer.json()["instance"] in written
    assert written.endswith(f"Refused: {rule}")
    assert workspace.id not in written
    assert "their words" not in written


async def test_a_partition_that_was_made_meanwhile_is_a_race_and_none_at_all_a_mistake(
    service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """A row on its way to the default partition waits while its month gets one of its own; sent again, it goes there.
    PostgreSQL names neither by a constraint, and both by the same code.
    """
    database = service[1].database

    async def run(*statements: str) -> None:
        async with database.transaction() as session:
            for one in statements:
                await session.execute(text(one))

    async def insert() -> None:
        await run("INSERT INTO raced VALUES (1)")

    async def waits() -> bool:
        query = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'raced_default'::regclass"
        async with database.transaction() as session:
            return bool((await session.execute(text(query))).all())

    await run("CREATE TABLE raced (at int) PARTITION BY RANGE (at)", "CREATE TABLE raced_1 (at int)")
    try:
        nowhere = await asked(insert)
        await run("CREATE TABLE raced_default PARTITION OF raced DEFAULT")
        async with database.transaction() as session:
            await session.execute(text("LOCK TABLE raced_default IN ACCESS EXCLUSIVE MODE"))
            late = asyncio.create_task(asked(insert))
            await eventually(waits)
            await session.execute(text("ALTER TABLE raced ATTACH PARTITION raced_1 FOR VALUES FROM (1) TO (2)"))
        overtaken, again = await late, await asked(insert)
    finally:
        await run("DROP TABLE raced", "DROP TABLE IF EXISTS raced_1")
    assert [one.status_code for one in (nowhere, overtaken, again)] == [500, 503, 200]
    assert "GET / was overtaken: CheckViolationError (23514) raced_default" in caplog.messages
