"""A worker: the process in which days are played, so that what serves customers does not wait for it.

It is a group of processes of its own, with its servers, and goes as one: when it is done, when it is told to, and when
the router that has started it is gone.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mci_router.workforce.staffing.documents import Task

PROGRAM = ("-m", "mci_router.simulation.staffing")
LONGEST_LINE = 16 * 1024 * 1024  # a plan of 500 agents, quarter by quarter, is a hundredth of that
LAST_WORDS = 500  # characters


class WorkerDied(Exception):
    """The worker ended without a result: its last words."""


async def work(task: Task) -> AsyncGenerator[dict[str, Any], None]:
    """Yields what a worker says, until it has said its result. Closed before that, it kills the worker.

    Raises WorkerDied.
    """
    with tempfile.TemporaryDirectory(prefix="mci-router-staffing-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,
            env=surroundings(folder),
        )
        words = asyncio.create_task(_read(process.stderr))
        try:
            async for said in _said(process, task):
                yield said
                if "result" in said or "failed" in said:
                    return
            raise WorkerDied((await words).strip()[-LAST_WORDS:] or f"it ended with status {await process.wait()}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            words.cancel()
            await process.wait()


async def _said(process: asyncio.subprocess.Process, task: Task) -> AsyncIterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise WorkerDied("it has no pipes")
    with suppress(BrokenPipeError, ConnectionResetError, RuntimeError):  # uvloop's of a pipe that it has closed by now
        process.stdin.write(f"{task.model_dump_json()}\n".encode())
        await process.stdin.drain()
    while line := await process.stdout.readline():
        said: dict[str, Any] = json.loads(line)
        yield said


async def _read(stream: asyncio.StreamReader | None) -> str:
    return "" if stream is None else (await stream.read()).decode(errors="replace")


def surroundings(folder: str) -> dict[str, str]:
    """Returns a worker's surroundings: no secrets of the service, and temporary files where they are removed."""
    kept = {name: value for name, value in os.environ.items() if not _is_secret(name)}
    return {**kept, "TMPDIR": str(Path(folder))}


def _is_secret(name: str) -> bool:
    return name.startswith("MCI_") or name in {"DATABASE_URL", "REDIS_URL"}
