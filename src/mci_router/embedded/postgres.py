"""PostgreSQL: its data directory, its lock files, its database."""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

from mci_router.embedded.errors import EmbeddedError
from mci_router.embedded.folders import make_private, open_the_way, refuse_foreign, system_user
from mci_router.embedded.programs import command_lines, postgres_major, postgres_program, run
from mci_router.embedded.server import EmbeddedServer

DATABASE = "mci_router"
NO_PROCESS = 2**31 - 1  # no system has so many process ids


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL with the database `mci_router`.

    `durable=False` spares the disk, for tests: a power cut may lose data.
    """

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
        """The address for SQLAlchemy. The port keeps a `PGPORT` of the environment out."""
        return f"postgresql+asyncpg://postgres@/{DATABASE}?host={quote(str(self.socket_folder))}&port=5432"

    def start(self) -> None:
        """Starts the server, and creates the database where it is missing, also when somebody dropped it."""
        super().start()
        try:
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            self._system_user = system_user()
            open_the_way(self.folder)
            open_the_way(Path(postgres_program(self.program)))
        for abandoned in self.folder.parent.glob(f"{self.folder.name}.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        if not self._has_data():
            self._initialise()
        make_private(self.socket_folder, self._system_user)  # nobody else can put a link where a lock file is
        self._disown_stale_locks()

    def _has_data(self) -> bool:
        """Returns whether there is a data directory of this PostgreSQL.

        Raises EmbeddedError for one of any other kind, and does not touch it.
        """
        if not os.path.lexists(self.folder):
            return False
        refuse_foreign(self.folder, self._system_user)
        if not any(self.folder.iterdir()):
            return False
        version, wanted = self.folder / "PG_VERSION", postgres_major()
        if not version.exists():
            raise EmbeddedError(f"{self.folder} is not a PostgreSQL data directory; {self._way_out()}")
        if (found := version.read_text().strip()) != wanted:
            raise EmbeddedError(
                f"{self.folder} was made by PostgreSQL {found}, installed is {wanted}; {self._way_out()}"
            )
        if not (self.folder / "global" / "pg_control").exists():
            raise EmbeddedError(f"{self.folder} is half-initialised (no global/pg_control); {self._way_out()}")
        return True

    def _initialise(self) -> None:
        """Makes the data directory beside its path, then renames it: a killed `initdb` leaves nothing half made."""
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.new-", dir=self.folder.parent))
        make_private(fresh, self._system_user)
        # PostgreSQL's own C.UTF-8: the same order on every machine, whatever locales it has.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        haste = [] if self.durable else ["--no-sync"]
        initdb = [
            postgres_program("initdb"),
            "-D",
            str(fresh),
            "--username=postgres",
            "--auth=trust",
            "--no-instructions",
        ]
        run([*initdb, *locale, *haste], self._system_user)
        fresh.rename(self.folder)

    def _disown_stale_locks(self) -> None:
        """Frees a crashed server's lock files whose process id now belongs to another program or a zombie.

        PostgreSQL would take that process for a running server. The files stay: from their other lines PostgreSQL sees
        whether sessions of the crashed server still run.
        """
        for lock in (self.folder / "postmaster.pid", self.socket_folder / f"{self.socket_name}.lock"):
            if lock.exists():
                holder, _, rest = lock.read_text().partition("\n")
                if not holder.isdecimal() or self.program not in command_lines().get(int(holder), ""):
                    lock.write_text(f"{NO_PROCESS}\n{rest}")

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
        return [postgres_program(self.program), self.folder_option, str(self.folder), *pairs]

    def _answers(self) -> bool:
        """Reads the status that PostgreSQL keeps in its lock file, as `pg_ctl --wait` does."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _create_database(self) -> None:
        psql = [postgres_program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"]
        missing = (
            f"SELECT 'CREATE DATABASE {DATABASE}' "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"
        )
        run([*psql, "-h", str(self.socket_folder), "-p", "5432"], script=f"{missing} \\gexec\n")
