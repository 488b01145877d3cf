"""The process of an adapter: it runs until it is told to stop, or a part of it fails."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar


class Running(Protocol):
    """A running adapter. Its tasks end only if they fail."""

    tasks: list["asyncio.Task[None]"]


Adapter = TypeVar("Adapter", bound=Running)


async def run_until_stopped(running: AbstractAsyncContextManager[Adapter]) -> Adapter | None:
    """Runs an adapter until the process is told to stop, or a part fails, and returns it once it has ended.

    Returns None if it was told so before it had begun: a channel that is away is waited for. Raises what the part
    failed of.
    """
    stop = asyncio.Event()
    beginning = asyncio.current_task()

    def told() -> None:
        if beginning and not stop.is_set():  # to be told again stops nobody from cleaning up
            beginning.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)
    try:
        async with running as adapter:
            beginning = None
            await _ended(stop, adapter.tasks)
    except asyncio.CancelledError:
        if beginning and stop.is_set():
            return None
        raise
    return adapter


async def _ended(stop: asyncio.Event, tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Waits until it is told to stop, or a task fails. Raises what that failed of."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()


async def end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancels tasks, and waits until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
