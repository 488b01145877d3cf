"""The worker: a process that parses mails, so that none of them can hold up the adapter or fill its memory.

It lives at the other end of a pipe, takes 2 s of CPU at most for a mail and is killed after that; the next mail gets
another one. What it answers is JSON. This module, run with `-m`, is the worker.
"""

import asyncio
import json
import math
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from mci_router.adapters.email.content import Malformed
from mci_router.adapters.email.mail import Mail
from mci_router.adapters.email.parsing import parsed, signed

CPU_S = 2
PATIENCE = 5  # times its CPU time: how long it may take by the clock on a machine that is busy
MEGABYTE = 1024 * 1024
MEMORY_MB = 1_024
KILLED = "parsing_took_too_long"
DIED = "parsing_failed"


class WorkerGone(Exception):
    """The worker was closed, or ended by something else than the mail: the mail may be tried again."""


class Worker:
    """Parses one mail at a time. Its methods block: call them on a thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def do(self, what: Mapping[str, Any], raw: bytes) -> tuple[Any, list[bytes]]:
        """Returns what came of it, as JSON has it, and the bytes of files. Raises Malformed, WorkerGone."""
        pipe = self._connected()
        try:
            pipe.send_bytes(json.dumps(what).encode())
            pipe.send_bytes(raw)
            if not pipe.poll(CPU_S * PATIENCE):
                self.end()
                raise Malformed(KILLED)
            answer = json.loads(pipe.recv_bytes())
            files = [pipe.recv_bytes() for _ in range(answer["files"])]
        except (EOFError, OSError) as error:
            raise self._death() from error
        if answer["refused"]:
            raise Malformed(answer["refused"])
        return answer["result"], files

    def end(self) -> None:
        """Ends the process; the next mail starts another one. Idempotent."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process:
            process.kill()
            process.wait()
        if pipe:
            pipe.close()

    def _death(self) -> Malformed | WorkerGone:
        ended = self._process.wait() if self._process else None
        self.end()
        return Malformed(KILLED) if ended == -signal.SIGXCPU else WorkerGone("the worker ended")

    def _connected(self) -> Connection:
        if self._pipe is None or self._process is None or self._process.poll() is not None:
            self.end()
            ours, theirs = Pipe()
            command = [sys.executable, "-P", "-m", __spec__.name, str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
            self._pipe = ours
            theirs.close()
        return self._pipe


class Workers:
    """Some workers, each for one mail at a time."""

    def __init__(self, number: int) -> None:
        self._all = [Worker() for _ in range(number)]
        self._free: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        for worker in self._all:
            self._free.put_nowait(worker)

    async def parse(self, raw: bytes) -> tuple[Mail, list[bytes]]:
        """Returns a mail, and the bytes of its files. Raises Malformed, WorkerGone."""
        data, files = await self._do({"parse": True}, raw)
        return Mail.of(data), files

    async def signed(self, raw: bytes, mail: Mail, keys: Mapping[str, str]) -> list[str]:
        """Returns the domains whose signatures of a mail are right, by `keys` of their records. Raises as `parse`."""
        numbers = [{"number": one.number, "domain": one.domain} for one in mail.signatures]
        found, _ = await self._do({"signatures": numbers, "keys": dict(keys)}, raw)
        return list(found)

    def close(self) -> None:
        """Ends all of them, also in the middle of a mail."""
        for worker in self._all:
            worker.end()

    async def _do(self, what: Mapping[str, Any], raw: bytes) -> tuple[Any, list[bytes]]:
        worker = await self._free.get()
        try:
            return await asyncio.to_thread(worker.do, what, raw)
        finally:
            self._free.put_nowait(worker)


def work(pipe: Connection) -> None:
    """Works until the pipe closes. Ignores Ctrl-C, which is for the adapter; that one ends the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        while True:
            what, raw = json.loads(pipe.recv_bytes()), pipe.recv_bytes()
            _limit()
            answer, files = _answer(what, raw)
            pipe.send_bytes(json.dumps({**answer, "files": len(files)}).encode())
            for file in files:
                pipe.send_bytes(file)


def _limit() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _answer(what: Mapping[str, Any], raw: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        if "parse" in what:
            mail, files = parsed(raw)
            return {"refused": "", "result": mail.data()}, files
        return {"refused": "", "result": signed(raw, what["signatures"], what["keys"])}, []
    except Malformed as why:
        return {"refused": str(why), "result": None}, []
    except Exception:
        return {"refused": DIED, "result": None}, []


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    work(Connection(int(sys.argv[1])))
