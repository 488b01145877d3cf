"""A PostgreSQL that is there and refuses: nothing is accepted, callers are told to come back, and then all goes on."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, refusal_of
from tests.refusing.ground import LEDGER, ROLE, Ground, ground, is_ready, refusal, serves, until
from tests.support.service import Workspace

SESSIONS = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}'"
Fault = Callable[[Ground], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="module")
async def refusing() -> AsyncIterator[Ground]:
    async with ground() as made:
        yield made


def _by(*done: str, undone: str) -> Fault:
    """A fault that statements make of which new sessions hear, and another one ends; the sessions stay after that."""

    @asynccontextmanager
    async def fault(refusing: Ground) -> AsyncIterator[None]:
        await refusing.sql(*done, SESSIONS, database="postgres")
        try:
            yield
        finally:
            await refusing.sql(undone, database="postgres")

    return fault


def _of_contacts(done: str, undone: str) -> Fault:
    """A fault of one table."""

    @asynccontextmanager
    async def fault(refusing: Ground) -> AsyncIterator[None]:
        await refusing.sql(*done.split(";"))
        try:
            yield
        finally:
            await refusing.sql(*undone.split(";"))

    return fault


def _locked(setting: str) -> Fault:
    """An administrator has locked the contacts, and has set for how long anybody waits."""

    @asynccontextmanager
    async def fault(refusing: Ground) -> AsyncIterator[None]:
        set_so = f"ALTER DATABASE {LEDGER} SET {setting} = '200ms'"
        async with _by(set_so, undone=f"ALTER DATABASE {LEDGER} RESET {setting}")(refusing):
            administrator = await refusing.administrator()
            async with administrator.transaction():
                await administrator.execute("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE")
                yield
            await administrator.close()

    return fault


@asynccontextmanager
async def _renamed(refusing: Ground) -> AsyncIterator[None]:
    async def rename(old: str, new: str) -> None:
        connect = "ALTER DATABASE {} ALLOW_CONNECTIONS {}".format
        everybody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{old}'"
        statements = connect(old, "false"), everybody, f"ALTER DATABASE {old} RENAME TO {new}", connect(new, "true")
        await refusing.sql(*statements, database="postgres")

    await rename(LEDGER, "elsewhere")
    try:
        yield
    finally:
        await rename("elsewhere", LEDGER)


FAULTS: dict[str, tuple[Fault, str]] = {
    "read-only": (
        _by(
            f"ALTER DATABASE {LEDGER} SET default_transaction_read_only = on",
            undone=f"ALTER DATABASE {LEDGER} RESET default_transaction_read_only",
        ),
        "25006 ",
    ),
    "too many connections": (
        _by(f"ALTER ROLE {ROLE} CONNECTION LIMIT 0", undone=f"ALTER ROLE {ROLE} CONNECTION LIMIT -1"),
        "53300 ",
    ),
    "no login": (_by(f"ALTER ROLE {ROLE} NOLOGIN", undone=f"ALTER ROLE {ROLE} LOGIN"), "28000 "),
    "a short statement_timeout": (_locked("statement_timeout"), "57014 "),
    "a short lock_timeout": (_locked("lock_timeout"), "55P03 "),
    "no privilege": (
        _of_contacts(
            f"ALTER TABLE contacts OWNER TO postgres; REVOKE ALL ON contacts FROM {ROLE}",
            f"ALTER TABLE contacts OWNER TO {ROLE}",
        ),
        "42501 ",
    ),
    "an older version's tables": (
        _of_contacts(
            "UPDATE alembic_version SET version_num = '0001'; ALTER TABLE contacts RENAME COLUMN priority TO later",
            "ALTER TABLE contacts RENAME COLUMN later TO priority; UPDATE alembic_version SET version_num = '9999'",
        ),
        "42P01 its tables are those of migration 0001",
    ),
    "another name": (_renamed, "3D000 "),
}


async def _accepts(workspace: Workspace) -> str | None:
    """The contact that is accepted, if one is."""
    posted = {"channel": "chat", "text": "a formal complaint", "topic": "complaint"}
    try:
        answer = await workspace.api.post("/v1/contacts", json=posted)
    except httpx.TransportError:  # a fault ends its connection
        return None
    assert answer.status_code in (201, 503), answer.text
    return str(answer.json()["id"]) if answer.status_code == 201 else None


@pytest.mark.parametrize("name", FAULTS)
async def test_nothing_is_accepted_and_callers_are_told_to_come_back(refusing: Ground, name: str) -> None:
    """A desk's socket stays; afterwards contacts are accepted and served, and the log has words of the server alone."""
    fault, says = FAULTS[name]
    async with refusing.workspace() as workspace, workspace.desk("ann", available=False) as ann:
        before = await workspace.post("a formal complaint", topic="complaint")
        await workspace.until_state(before["id"], "queued")
        begun = refusing.log_size
        async with fault(refusing):
            answer = await until(lambda: refusal(workspace.api))
            assert (answer["code"], answer["status"]) == (503, "unavailable")
            assert answer["refuses"] == {"ledger": says.split()[0]}
            for _ in range(3):
                refused = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "a complaint"})
                assert (refused.status_code, refused.json()["type"]) == (503, "/problems/database_unavailable")
                assert refused.headers["Retry-After"]
            read = await workspace.api.get(f"/v1/contacts/{before['id']}/decision")
            assert read.status_code in (200, 503), read.text
        await until(lambda: is_ready(workspace.api))
        after = await until(lambda: _accepts(workspace))
        await ann.do("presence.set", state="available")
        await serves(ann, {before["id"], after})
        assert "Traceback" not in refusing.logged(begun)


async def test_a_table_that_may_not_be_written_keeps_only_its_own_work(refusing: Ground) -> None:
    """Contacts are accepted and served; what stands in that table is written once it may be, and the log says it once."""
    async with refusing.workspace() as workspace, workspace.desk("ann") as ann:
        begun = refusing.log_size
        denied = "ALTER TABLE segments OWNER TO postgres", f"REVOKE ALL ON segments FROM {ROLE}"
        await refusing.sql(*denied)
        contact = await workspace.post("a formal complaint", topic="complaint")
        await serves(ann, {contact["id"]})

        async def said() -> bool:
            lines = refusing.logged(begun).splitlines()
            return any("projector of" in line and "(42501 permission" in line for line in lines)

        try:
            await until(said)
        except TimeoutError as late:
            raise AssertionError(f"the log has only:\n{refusing.logged(begun)}") from late
        await refusing.sql(f"ALTER TABLE segments OWNER TO {ROLE}")
        await workspace.until_state(contact["id"], "completed")
        assert "Traceback" not in refusing.logged(begun)


@pytest.mark.parametrize(
    ("asks", "code"),
    [
        ("SELECT count(*) FROM segments WHERE $1::jsonb IS NOT NULL", "42501"),
        ("SELECT pg_sleep(2) WHERE $1::jsonb IS NOT NULL", "57014"),
    ],
)
async def test_what_the_server_says_within_a_transaction_is_told(refusing: Ground, asks: str, code: str) -> None:
    """And not that nothing can be rolled back on a connection that was dropped for it."""
    database = Database(refusing.site.database_url, pool_size=1, timeout_s=10)
    lane = database.lane(statement_timeout_s=0.5)
    await refusing.sql("ALTER TABLE segments OWNER TO postgres", f"REVOKE ALL ON segments FROM {ROLE}")
    with pytest.raises(DatabaseUnavailable) as found:
        async with lane.transaction():
            await lane.fetch(asks, {})
    await refusing.sql(f"ALTER TABLE segments OWNER TO {ROLE}")
    said = refusal_of(found.value)
    assert said
    assert said.code == code
    async with lane.transaction():
        assert await lane.fetch("SELECT count(*) FROM segments WHERE $1::jsonb IS NOT NULL", {})
    await database.close()


async def test_a_session_that_was_set_otherwise_is_not_used_again(refusing: Ground) -> None:
    """It keeps its time-out when the administrator has taken that back: the pool would refuse for ever."""
    slow = "SELECT pg_sleep(0.4)"

    async def in_a_transaction(database: Database) -> None:
        async with database.transaction() as session:
            await session.execute(text(slow))

    async def alone(database: Database) -> None:
        await database.read(slow)

    for ask in (in_a_transaction, alone):
        database = Database(refusing.site.database_url, pool_size=1, timeout_s=10)
        await refusing.sql(f"ALTER DATABASE {LEDGER} SET statement_timeout = '200ms'")
        with pytest.raises(DatabaseUnavailable):
            await ask(database)
        await refusing.sql(f"ALTER DATABASE {LEDGER} RESET statement_timeout")
        await ask(database)
        await database.close()


async def test_a_mistake_of_ours_stays_an_error(refusing: Ground) -> None:
    """A statement that the ledger of this version cannot carry out is no refusal: 500, and its cause in the log."""
    async with refusing.workspace() as workspace:
        begun = refusing.log_size
        await refusing.sql("ALTER TABLE contacts RENAME COLUMN priority TO forgotten")
        refused = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "a complaint"})
        await refusing.sql("ALTER TABLE contacts RENAME COLUMN forgotten TO priority")
        assert refused.status_code == 500
        assert "UndefinedColumnError (42703)" in refusing.logged(begun)
        await until(lambda: _accepts(workspace))
