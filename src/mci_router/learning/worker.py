"""The worker: a process for work that takes long, so that no request waits for it, and none dies of it.

It is started when it is first needed, and again when it has died. It lives at the other end of a pipe. When this
process ends, for any reason, the pipe closes and the worker ends, also in the middle of its work. Its memory is
limited, and so is the time of each piece of work. This module, run with `-m`, is the worker.
"""

import math
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import astuple
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mci_router.values import value

PATIENCE = 10  # times its CPU time: how long work may take by the clock on a machine that is busy with other things
MEGABYTE = 1024 * 1024
DISPENSABLE = 500  # to the kernel: when memory runs out, this process goes before the router that feeds it


class WorkerGone(Exception):
    """The worker was closed before the work was done."""


class WorkFailed(Exception):
    """The work ended the worker, or was ended by a limit; the same work would end the same way. Says why."""


@value
class Limits:
    """The most that a worker may take: memory (address space) in all, and CPU time for each piece of work.

    By its niceness, requests go before it.
    """

    memory_mb: int = 1_536
    cpu_s: int = 900
    niceness: int = 10


@value
class Done:
    """A result, and the seconds of CPU that it took."""

    result: Any
    cpu_s: float


class Worker:
    """Does one piece of work at a time. Its methods block: call them on a thread, `close` on any."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._closed = False

    def do(self, *work: Any) -> Done:
        """Does work: a function and its arguments, which must be picklable, as must be the result.

        Raises:
            WorkerGone: the worker was closed.
            WorkFailed: the work died, took too long or too much memory.
            Exception: any exception that the function raises.
        """
        try:
            pipe = self._connected()
            pipe.send(work)
            if not pipe.poll(PATIENCE * self._limits.cpu_s):
                raise WorkFailed(f"it took longer than {PATIENCE * self._limits.cpu_s} s")
            failed, result, cpu_s = pipe.recv()
        except (EOFError, OSError) as error:
            raise (WorkerGone if self._closed else WorkFailed)(self._cause_of_death()) from error
        except WorkFailed:
            self.end()
            raise
        if isinstance(result, MemoryError):
            self.end()  # what it left behind may be in the way of the next
            raise WorkFailed(f"it needs more than {self._limits.memory_mb} MB of memory")
        if failed:
            raise result
        return Done(result, cpu_s)

    def end(self) -> None:
        """Ends the process; the next piece of work starts another one."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process:
            process.kill()
            process.wait()
        if pipe:
            pipe.close()

    def close(self) -> None:
        """Ends the process for good, also in the middle of its work. Idempotent; safe on any thread."""
        self._closed = True
        if process := self._process:
            process.kill()

    def _cause_of_death(self) -> str:
        ended = self._process.wait() if self._process else None
        self.end()
        if ended == -signal.SIGXCPU:
            return f"it took more than {self._limits.cpu_s} s of CPU"
        return "its process ended" if ended is None or ended >= 0 else f"its process was killed by signal {-ended}"

    def _connected(self) -> Connection:
        if self._pipe is None or self._process is None or self._process.poll() is not None:
            self.end()
            ours, theirs = Pipe()
            limits = map(str, astuple(self._limits))
            command = [sys.executable, "-P", "-m", __spec__.name, str(theirs.fileno()), *limits]
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=environment
            )
            self._pipe = ours
            theirs.close()
        if self._closed:
            self._process.kill()
            raise EOFError
        return self._pipe


def work(pipe: Connection, limits: Limits) -> None:
    """Works until the pipe closes.

    Ignores Ctrl-C, which is for the process that asks; that one ends the worker.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(limits.niceness)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(DISPENSABLE), encoding="ascii")
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_mb * MEGABYTE,) * 2)
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, asked), daemon=True).start()
    while True:
        function, *args = asked.get()
        before = _cpu_s()
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(before) + limits.cpu_s, resource.RLIM_INFINITY))
        try:
            answer = (False, function(*args))
        except Exception as error:
            answer = (True, error)
        pipe.send((*answer, _cpu_s() - before))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _listen(pipe: Connection, asked: "queue.SimpleQueue[Any]") -> None:
    while True:
        try:
            asked.put(pipe.recv())
        except (EOFError, OSError):
            os._exit(0)  # nobody waits for the current work
        except Exception as error:  # too little memory even for what the work needs to be read
            asked.put((_fail, error))


def _fail(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    descriptor, *most = map(int, sys.argv[1:])
    work(Connection(descriptor), Limits(*most))
