"""Draining: a process that is told to stop says so first, and goes on serving for a while."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType

from fastapi import FastAPI


def drain_on_sigterm(app: FastAPI, drain_s: float, leave: Callable[[], Awaitable[None]]) -> None:
    """Makes the first SIGTERM turn `/readyz` to 503 and have the process `leave` its background work to others; the
    server's own handler follows after the drain.

    A second signal hurries.
    """
    stop = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(stop):
        return
    loop = asyncio.get_running_loop()

    def drain(number: int, frame: FrameType | None) -> None:
        hurry = app.state.draining
        app.state.draining = True
        loop.call_soon_threadsafe(begin)
        loop.call_soon_threadsafe(loop.call_later, 0 if hurry else drain_s, stop, number, frame)

    def begin() -> None:
        app.state.leaving = asyncio.ensure_future(leave())

    signal.signal(signal.SIGTERM, drain)
