"""The worker: a process for work that takes long, so that no request waits for it.

It is started when it is first needed, and again when it has died. It lives at the other end of a pipe. When this
process ends, for any reason, the pipe closes and the worker ends, also in the middle of its work. This module, run with
`-m`, is the worker.
"""

import asyncio
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

NICENESS = 5  # requests go first, yet on a busy machine a training gets its share


class WorkerGone(Exception):
    """The worker died over its work, for example because memory ran out, or was closed."""


class Worker:
    """Does one piece of work at a time, in order of arrival."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="models")  # waits for the worker, and keeps the order
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._closed = False

    async def run(self, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Runs a function in the worker and returns its result.

        The function, its arguments and its result must be picklable.

        Raises:
            WorkerGone: the worker died over it.
            Exception: any exception that the function raises.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, function, args, kwargs)

    def close(self) -> None:
        """Ends the worker, also in the middle of its work. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._process:
            self._process.kill()
        self._thread.submit(self._end)
        self._thread.shutdown()

    def _ask(self, *work: Any) -> Any:
        try:
            pipe = self._connected()
            pipe.send(work)
            failed, result = pipe.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise WorkerGone from error
        if failed:
            raise result
        return result

    def _connected(self) -> Connection:
        if self._pipe is None or self._process is None or self._process.poll() is not None:
            self._end()
            ours, theirs = Pipe()
            command = [sys.executable, "-P", "-m", __spec__.name, str(theirs.fileno())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])  # noqa: S603
            self._pipe = ours
            theirs.close()
        if self._closed:
            self._end()
            raise EOFError
        return self._pipe

    def _end(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process:
            process.kill()
            process.wait()
        if pipe:
            pipe.close()


def work(pipe: Connection) -> None:
    """Works until the pipe closes.

    Ignores Ctrl-C, which is for the process that asks; that one ends the worker.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, asked), daemon=True).start()
    while True:
        function, args, kwargs = asked.get()
        try:
            answer = (False, function(*args, **kwargs))
        except Exception as error:
            answer = (True, error)
        pipe.send(answer)


def _listen(pipe: Connection, asked: "queue.SimpleQueue[Any]") -> None:
    try:
        while True:
            asked.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # nobody waits for the current work


if __name__ == "__main__":
    work(Connection(int(sys.argv[1])))
