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


async def run_until_stopped(running: AbstractAsyncContextManager[Adapter]) -> Adapter:
    """Runs an adapter until the process is told to stop, or a part fails, and returns it once it has ended.

    Raises what the part failed of.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running as adapter:
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *adapter.tasks], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            task.result()
    return adapter


async def end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancels tasks, and waits until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
