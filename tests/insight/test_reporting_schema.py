"""The schema `reporting`, as a login sees it: its workspace's reports, and nothing else, however it tries."""

import base64
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from mci_router.insight.reporting_roles import Login, RoleRefused, make_login, remove_login, verifier
from tests.api.test_interval_reports import DAY, berlin
from tests.docs.pages import DOCS
from tests.support import forked
from tests.support.processes import environment
from tests.support.service import Workspace

VIEWS = text(
    "SELECT table_name::text AS view, column_name::text AS column FROM information_schema.columns"
    " WHERE table_schema = 'reporting' ORDER BY table_name, ordinal_position"
)
TABLES = text("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
ROLES = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
SENSITIVE = "someone stole my card and pays with it, this is fraud"


@asynccontextmanager
async def login(workspace: Workspace, **bounds: Any) -> AsyncIterator[str]:
    """A login of the workspace, which is gone afterwards."""
    role = f"reporting_{uuid4().hex[:12]}"
    async with workspace.database.transaction() as session:
        await make_login(session, Login(role, workspace.id, **bounds))
    try:
        yield role
    finally:
        async with workspace.database.transaction() as session:
            await remove_login(session, role, workspace.id)


@asynccontextmanager
async def connected(workspace: Workspace, role: str) -> AsyncIterator[asyncpg.Connection]:
    """PostgreSQL, as the login."""
    options = workspace.database.engine.dialect.create_connect_args(workspace.database.engine.url)[1]
    known = {name: options[name] for name in ("host", "port", "database") if name in options}
    connection = await asyncpg.connect(**known, user=role)
    try:
        yield connection
    finally:
        await connection.close()


async def test_a_login_sees_its_workspace_as_the_reports_do(make: Any) -> None:
    """Sums and single stays and contacts; nothing of a workspace beside it."""
    workspace, beside = await berlin(make), await berlin(make)
    day = (await workspace.api.get("/v1/reports/queues", params=DAY)).json()["rows"]
    async with login(workspace) as role, connected(workspace, role) as sql:
        assert await sql.fetchval("SELECT name FROM workspace") == workspace.name
        assert await sql.fetchval("SELECT timezone FROM workspace") == "Europe/Berlin"
        sums = await sql.fetch(
            "SELECT queue, sum(offered)::int AS offered, sum(answered)::int AS answered, sum(talk_s)::float AS talk_s"
            " FROM queues_by_quarter WHERE starts_at < '2026-10-27' GROUP BY queue ORDER BY queue"
        )
        assert [dict(row) for row in sums] == [
            {name: row[name] for name in ("queue", "offered", "answered", "talk_s")} for row in day
        ]
        assert (
            await sql.fetchval(
                "SELECT sum(offered)::int FROM stays_by_quarter WHERE starts_at < '2026-10-27' AND language = 'en'"
            )
            == 2
        )
        assert await sql.fetchval("SELECT count(*) FROM segments WHERE entered_at < '2026-10-27'") == 8
        contacts = {row["id"] for row in await sql.fetch("SELECT id FROM contacts")}
        assert len(contacts) == 6
        assert "desk" in {row["name"] for row in await sql.fetch("SELECT name FROM queues")}
        assert await sql.fetchval("SELECT title FROM agents WHERE name = 'ann'")
    async with login(beside) as role, connected(beside, role) as sql:
        others = {row["id"] for row in await sql.fetch("SELECT id FROM contacts")}
        assert len(others) == 6
        assert not others & contacts


async def test_a_sensitive_contact_is_in_sums_alone(workspace: Workspace) -> None:
    """Unless the login was made to see it."""
    await workspace.post("a formal complaint, I demand a manager")
    hidden = await workspace.post(SENSITIVE)
    assert hidden["triage"]["sensitive"]
    await workspace.projected()
    for sensitive, seen in ((False, 1), (True, 2)):
        async with login(workspace, sensitive=sensitive) as role, connected(workspace, role) as sql:
            assert await sql.fetchval("SELECT count(*) FROM contacts") == seen
            assert await sql.fetchval("SELECT count(*) FROM segments") == seen
            assert await sql.fetchval("SELECT sum(contacts)::int FROM arrivals_by_quarter") == 2


async def test_a_login_writes_nothing_and_reads_no_table(make: Any) -> None:
    """Neither a table nor another schema's, in a transaction that may write or in none; it becomes nobody else, and
    makes no table of its own, nor anything else that stays.
    """
    workspace = await berlin(make)
    async with workspace.database.transaction() as session:
        tables = [*await session.scalars(TABLES)]
    assert {"contacts", "messages", "api_keys", "workspaces", "reporting_roles"} <= set(tables)
    async with login(workspace) as role, connected(workspace, role) as sql:
        for table in tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await sql.fetch(f'SELECT * FROM public."{table}" LIMIT 1')
        await sql.execute("SET default_transaction_read_only = off")
        for attempt in (
            "DELETE FROM reporting.contacts",
            "UPDATE reporting.queues SET name = 'x'",
            "INSERT INTO public.reporting_roles (role) VALUES ('x')",
            "CREATE TABLE reporting.mine (a int)",
            "CREATE TABLE public.mine (a int)",
            "CREATE TEMPORARY TABLE mine (a int)",
            "SELECT lo_create(0)",
            "SELECT lo_creat(-1)",
            "SELECT lo_from_bytea(0, 'much')",
            "SELECT pg_logical_emit_message(false, 'much', 'more')",
            "SET SESSION AUTHORIZATION postgres",
            f"ALTER ROLE {role} SUPERUSER",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await sql.execute(attempt)
        assert await sql.fetchval("SELECT count(*) FROM contacts") == 6


async def test_who_is_no_login_of_a_workspace_sees_nothing(make: Any) -> None:
    """A role that was given the views all the same, or whose workspace is gone."""
    workspace = await berlin(make)
    async with login(workspace) as role:
        async with workspace.database.transaction() as session:
            await session.execute(text("UPDATE reporting_roles SET role = 'nobody' WHERE role = :role"), {"role": role})
        async with connected(workspace, role) as sql:
            for view in ("contacts", "segments", "queues_by_quarter", "workspace", "agents", "surveys"):
                assert await sql.fetchval(f"SELECT count(*) FROM {view}") == 0
        async with workspace.database.transaction() as session:
            await session.execute(text("UPDATE reporting_roles SET role = :role WHERE role = 'nobody'"), {"role": role})


async def test_a_statement_ends_in_time_and_nobody_switches_that_off(make: Any) -> None:
    """What takes longer is ended; with a longer time-out, or without one, the views are closed; a shorter one is fine."""
    workspace = await berlin(make)
    async with login(workspace, timeout_s=0.4) as role, connected(workspace, role) as sql:
        with pytest.raises(asyncpg.QueryCanceledError):
            await sql.fetch("SELECT pg_sleep(30) FROM contacts LIMIT 1")
        for wrong in ("0", "401", "1min"):
            await sql.execute(f"SET statement_timeout = '{wrong}'")
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="statement_timeout must be between"):
                await sql.fetch("SELECT * FROM contacts")
        await sql.execute("SET statement_timeout = 300")
        assert await sql.fetchval("SELECT count(*) FROM contacts") == 6


async def test_no_view_has_words_of_customers_or_agents(workspace: Workspace) -> None:
    """Of all columns that hold such; and the page that lists the views has each with its columns, and no other."""
    async with workspace.database.transaction() as session:
        columns = [(row.view, row.column) for row in await session.execute(VIEWS)]
    private = {"text", "subject", "notes", "comment", "question", "identity", "context", "attachments", "channel_ref"}
    assert not {column for _, column in columns} & private
    page = (DOCS / "reference" / "reporting.md").read_text(encoding="utf-8")
    listed = {
        (view, column)
        for view, names in (
            line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `reporting.")
        )
        for column in [one.strip("` ") for one in names.split(",")]
    }
    assert listed == {(f"`reporting.{view}`", column) for view, column in columns}


async def test_the_command_makes_changes_and_removes_a_login(workspace: Workspace, settings: Any) -> None:
    """The password is printed and kept nowhere; who exists already is nobody's to take; what is done is audited."""
    role = f"reporting_{uuid4().hex[:12]}"

    async def run(*options: str) -> tuple[int, str]:
        command = ("reporting-role", "--workspace", workspace.name, *options)
        return await forked.run(*command, variables=environment(settings.database_url, ""))

    code, said = await run("--role", role)
    assert code == 0, said
    assert said.split()[0] == role
    assert len(said.split()[1]) >= 32
    assert (await run("--role", role))[1].split()[1] != said.split()[1]
    for taken in (str(make_url(settings.database_url).username), "Robert'); DROP"):
        code, said = await run("--role", taken)
        assert code == 1
        assert said.startswith("Error: ")
    code, said = await run("--role", role, "--remove")
    assert (code, said) == (0, f"The login {role} is removed.\n")
    async with workspace.database.transaction() as session:
        assert await session.scalar(ROLES, {"role": role}) == 0
    entries = (await workspace.api.get("/v1/audit", params={"action": "reporting_role.*"})).json()["items"]
    assert [entry["action"] for entry in entries] == [
        "reporting_role.removed",
        "reporting_role.changed",
        "reporting_role.created",
    ]


async def test_a_login_of_another_workspace_is_not_taken_over(make: Any) -> None:
    """Neither given a password nor removed."""
    mine, other = await make(), await make()
    async with login(mine) as role, other.database.transaction() as session:
        with pytest.raises(RoleRefused, match="not one of this workspace"):
            await make_login(session, Login(role, other.id))
        with pytest.raises(RoleRefused):
            await remove_login(session, role, other.id)


def test_the_verifier_is_that_of_rfc_7677() -> None:
    """The server key of the example in its section 3 signs the exchange as the RFC says."""
    made = verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    assert made.startswith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$")
    server_key = base64.b64decode(made.rpartition(":")[2])
    exchange = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signed = hmac.digest(server_key, exchange, "sha256")
    assert base64.b64encode(signed) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
