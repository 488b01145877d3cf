"""Valkey: its journal and its socket."""

import shutil
import signal
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from mci_router.embedded.errors import EmbeddedError
from mci_router.embedded.folders import make_private
from mci_router.embedded.programs import valkey_program
from mci_router.embedded.server import EmbeddedServer


class EmbeddedValkey(EmbeddedServer):
    """Valkey with an append-only journal and without eviction, because its data are work that waits.

    `durable=False` writes nothing to disk.
    """

    title = "Valkey"
    folder_name = "valkey"
    program = "valkey-server"
    folder_option = "--dir"
    stop_signal = signal.SIGTERM
    socket_name = "valkey.sock"

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        super().__init__(data_dir)
        self.durable = durable

    @property
    def url(self) -> str:
        """The address for redis-py."""
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def _socket(self) -> Path:
        return self.socket_folder / self.socket_name

    def wipe(self) -> None:
        """Deletes all data, for tests of a Valkey that comes back empty. Only while it is stopped."""
        if self.pid is not None:
            raise EmbeddedError(f"Valkey runs as process {self.pid}: stop it before wiping {self.folder}")
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def _prepare(self) -> None:
        make_private(self.folder, None)
        make_private(self.socket_folder, None)

    def _command(self) -> list[str]:
        journal = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "3600 1 300 100 60 10000"]
        return [
            valkey_program(),
            *(self.folder_option, str(self.folder)),
            *("--port", "0", "--protected-mode", "yes"),
            *("--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *(journal if self.durable else ["--appendonly", "no", "--save", ""]),
            *("--maxmemory-policy", "noeviction"),
            *("--daemonize", "no", "--set-proc-title", "no"),  # the command line identifies the server: `_left_over`
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
