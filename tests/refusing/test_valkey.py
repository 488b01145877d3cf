"""A Valkey that is there and refuses: contacts are accepted, the rest is told to come back, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest
from redis.exceptions import RedisError

from tests.refusing.ground import Ground, ground, is_ready, refusal, serves, until

PASSWORD = "zqx secret"
Fault = Callable[[Ground], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="module")
async def refusing() -> AsyncIterator[Ground]:
    async with ground() as made:
        yield made


def _by(done: tuple[str, ...], undone: tuple[str, ...]) -> Fault:
    """A fault that one command makes, and another one ends."""

    @asynccontextmanager
    async def fault(refusing: Ground) -> AsyncIterator[None]:
        await refusing.live(*done)
        try:
            yield
        finally:
            await refusing.live(*undone)

    return fault


@asynccontextmanager
async def _no_disk(refusing: Ground) -> AsyncIterator[None]:
    """A folder stands where the dump belongs: the next one fails, after which nothing is taken that is written."""
    dump = refusing.servers.valkey.folder / "dump.rdb"
    dump.unlink(missing_ok=True)
    dump.mkdir()
    (dump / "in the way").touch()
    await refusing.live("BGSAVE")

    async def failed() -> bool:
        return bool((await refusing.valkey.info("persistence"))["rdb_last_bgsave_status"] == "err")

    await until(failed)
    try:
        yield
    finally:
        (dump / "in the way").unlink()
        dump.rmdir()
        await refusing.live("BGSAVE")


@asynccontextmanager
async def _lost_primary(refusing: Ground) -> AsyncIterator[None]:
    await refusing.live("CONFIG", "SET", "replica-serve-stale-data", "no")
    async with _by(("REPLICAOF", "127.0.0.1", "9"), ("REPLICAOF", "NO", "ONE"))(refusing):
        yield
    await refusing.live("CONFIG", "SET", "replica-serve-stale-data", "yes")


@asynccontextmanager
async def _other_password(refusing: Ground) -> AsyncIterator[None]:
    await refusing.live("ACL", "SETUSER", "default", "resetpass", f">{PASSWORD}")
    await refusing.live("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    try:
        yield
    finally:
        await refusing.live("ACL", "SETUSER", "default", "nopass")


@asynccontextmanager
async def _too_many_clients(refusing: Ground) -> AsyncIterator[None]:
    await refusing.live("CONFIG", "SET", "maxclients", "1")
    await refusing.live("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    try:
        yield
    finally:
        await refusing.live("CONFIG", "SET", "maxclients", "1000")


@asynccontextmanager
async def _endless_script(refusing: Ground) -> AsyncIterator[None]:
    """Somebody's script runs without end; the administrator kills it over a connection that is open already."""
    await refusing.live("CONFIG", "SET", "busy-reply-threshold", "50")
    somebody = refusing.valkey.client()
    running: asyncio.Future[Any] = asyncio.ensure_future(somebody.eval("while true do end", 0))

    async def busy() -> bool:
        try:
            await refusing.valkey.ping()
        except RedisError as error:
            return "BUSY" in str(error)
        return False

    await until(busy)
    try:
        yield
    finally:
        await refusing.live("SCRIPT", "KILL")
        with suppress(RedisError):
            await running
        await somebody.aclose()
        await refusing.live("CONFIG", "SET", "busy-reply-threshold", "5000")


FAULTS: dict[str, tuple[Fault, str]] = {
    "no memory": (_by(("CONFIG", "SET", "maxmemory", "1mb"), ("CONFIG", "SET", "maxmemory", "0")), "OOM "),
    "no disk": (_no_disk, "MISCONF "),
    "a replica": (_by(("REPLICAOF", "127.0.0.1", "9"), ("REPLICAOF", "NO", "ONE")), "READONLY "),
    "a replica without its primary": (_lost_primary, "READONLY "),
    "no replica": (
        _by(("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
        "NOREPLICAS ",
    ),
    "no functions": (
        _by(("ACL", "SETUSER", "default", "-@scripting"), ("ACL", "SETUSER", "default", "+@all")),
        "NOPERM ",
    ),
    "no keys": (
        _by(("ACL", "SETUSER", "default", "resetkeys", "~other:*"), ("ACL", "SETUSER", "default", "allkeys")),
        "NOPERM ",
    ),
    "another password": (_other_password, "NOAUTH "),
    "too many clients": (_too_many_clients, "ERR max number of clients"),
    "an endless script": (_endless_script, "BUSY "),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_contacts_are_accepted_and_the_rest_is_told_to_come_back(refusing: Ground, name: str) -> None:
    """Each 201 is served in the end, at a desk whose socket has stayed; the log has words of the server, no traceback."""
    fault, says = FAULTS[name]
    async with refusing.workspace() as workspace, workspace.desk("ann", available=False) as ann:
        before = await workspace.post("a formal complaint", topic="complaint")
        await workspace.until_state(before["id"], "queued")
        begun = refusing.log_size
        async with fault(refusing):
            answer = await until(lambda: refusal(workspace.api))
            assert (answer["code"], answer["status"]) == (200, "degraded")
            assert answer["refuses"] == {"live_state": says.split()[0]}
            waiting = [await workspace.post("a formal complaint", topic="complaint") for _ in range(3)]
            assert {contact["state"] for contact in waiting} == {"accepted"}
            ended = await workspace.api.post(f"/v1/contacts/{before['id']}/cancel")
            assert (ended.status_code, ended.json()["type"]) == (503, "/problems/engine_unavailable")
            assert ended.headers["Retry-After"]
            refused = await ann.do("presence.set", state="available")
            assert refused["problem"]["type"] == "/problems/engine_unavailable"

            async def said() -> bool:
                return f"Redis refuses to work ({says}" in refusing.logged(begun)

            await until(said)
        await until(lambda: is_ready(workspace.api))
        await ann.do("presence.set", state="available")
        await serves(ann, {before["id"], *(contact["id"] for contact in waiting)})
        logged = refusing.logged(begun)
        assert "Traceback" not in logged
        assert PASSWORD not in logged
        assert logged.count("waits for the live queues") <= 1


async def test_functions_that_may_not_do_all_are_no_mistake_of_ours(refusing: Ground) -> None:
    """A batch breaks off where the server forbids a command within it: its contacts wait, and the log says why."""
    forbidden = _by(("ACL", "SETUSER", "default", "-xadd"), ("ACL", "SETUSER", "default", "+@all"))
    async with refusing.workspace() as workspace, workspace.desk("ann") as ann:
        begun = refusing.log_size
        async with forbidden(refusing):
            contact = await workspace.post("a formal complaint", topic="complaint")

            async def said() -> bool:
                return "Redis refuses to work (NOPERM ACL failure in script" in refusing.logged(begun)

            await until(said)
        await serves(ann, {contact["id"]})
        assert "Traceback" not in refusing.logged(begun)
        assert "could not be put in line" not in refusing.logged(begun)


async def test_a_mistake_of_ours_stays_an_error(refusing: Ground) -> None:
    """A command that is wrong is no refusal: it is answered with 500, and logged with its cause."""
    async with refusing.workspace() as workspace:
        contact = await workspace.post("a formal complaint", topic="complaint")
        key = f"mci:{{{workspace.id}}}:contact:{contact['id']}"
        await workspace.until_state(contact["id"], "queued")
        await refusing.live("RENAME", key, f"{key}:kept")
        await refusing.live("SET", key, "no hash")
        begun = refusing.log_size
        ended = await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")
        assert ended.status_code == 500
        assert "WRONGTYPE" in refusing.logged(begun)
        await refusing.live("RENAME", f"{key}:kept", key)
