"""What PostgreSQL and Valkey have in common: one server process on one folder."""

import logging
import os
import pwd
import shlex
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from mci_router.embedded.errors import EmbeddedError, explained, last_words
from mci_router.embedded.folders import socket_folder
from mci_router.embedded.programs import STOP_SECONDS, came_true, command_lines, surroundings

START_SECONDS = 60.0  # crash recovery and the loading of a large journal take their time

_logger = logging.getLogger(__name__)


class EmbeddedServer:
    """One server on one folder of a data directory.

    Use it within `owned(data_dir)`; not from two threads at once.
    """

    title: ClassVar[str]
    folder_name: ClassVar[str]
    program: ClassVar[str]
    folder_option: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    socket_name: ClassVar[str]
    passing_trouble: ClassVar[str | None] = None  # a failure to start that ends without our help

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / self.folder_name
        self.log = self.folder.with_suffix(".log")  # begins empty at each start
        self.socket_folder = socket_folder(self.folder, self.socket_name)
        self._system_user: pwd.struct_passwd | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server that `start()` made; None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts on the data of the last run, at the same address, and returns when the server answers."""
        if self.pid is not None:
            raise EmbeddedError(f"{self.title} already runs as process {self.pid}: stop it first")
        with explained(f"{self.title} cannot use {self.folder}"):
            self.stop_left_over()
            self._prepare()
            self._launch()
            if not came_true(self._up, START_SECONDS):
                self.kill()
                raise EmbeddedError(f"{self.title} did not answer within {START_SECONDS:.0f} s: see {self.log}")

    def stop(self) -> None:
        """Stops the server in good order. Idempotent."""
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _logger.warning("%s did not stop within %.0f s and is killed", self.title, STOP_SECONDS)
                self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends the server as a crash would (SIGKILL), for tests of failure; `start()` starts it again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def stop_left_over(self) -> None:
        """Stops the server that a killed owner left on this folder, recognised by its command line."""
        ask = self.stop_signal
        while left_over := self._left_over():
            for pid in left_over:
                with suppress(ProcessLookupError):
                    os.kill(pid, ask)
            came_true(lambda: not self._left_over(), STOP_SECONDS)
            ask = signal.SIGKILL

    def _left_over(self) -> list[int]:
        ours = f" {self.folder_option} {self.folder} "
        return [pid for pid, line in command_lines().items() if f"/{self.program} " in line and ours in f"{line} "]

    def _launch(self) -> None:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the wheels' own programs
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **surroundings(self._system_user),
            )

    def _up(self) -> bool:
        """Returns whether the server answers.

        A server that ended is started again if its trouble passes; otherwise raises EmbeddedError.
        """
        if self.pid is None:
            self._process = None
            words = self.log.read_text(errors="replace")
            if not self.passing_trouble or self.passing_trouble not in words:
                raise EmbeddedError(
                    f"{self.title} did not start: {last_words(words)} (see {self.log}); {self._way_out()}"
                )
            self._launch()
        return self._answers()

    def _way_out(self) -> str:
        folder = shlex.quote(str(self.folder))
        return f"to begin afresh, move its data away: mv {folder} {folder}.old"

    def _prepare(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError
