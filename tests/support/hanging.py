"""Tests that hang: what pytest's time-out raises is lost where uvloop waits, or hits another task than the test's. So
the alarm cancels what the loop runs for, the test or one of its fixtures: that fails where it waits.
"""

import asyncio
import signal
import threading
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest
import uvloop
from pytest_timeout import Settings, is_debugging

AGAIN_S = 5
"""How often the alarm is repeated: what it has ended may hang again in what it does at its end."""


class Loop(uvloop.Loop):
    """The loop that the service runs on, which knows what it runs for."""

    runs_for: "asyncio.Future[Any] | None" = None

    def run_until_complete(self, future: Any) -> Any:
        """Runs until a task is done, and keeps in mind which."""
        self.runs_for = asyncio.ensure_future(future, loop=self)
        return super().run_until_complete(self.runs_for)


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer(settings: Settings) -> Generator[None, Any, Any]:
    """Has the alarm cancel what a loop runs for. Without a loop, or where that did not help, it is raised as ever."""
    is_set = yield
    raised, cancelled = signal.getsignal(signal.SIGALRM), False

    def fail(number: int, frame: FrameType | None) -> None:
        nonlocal cancelled
        loop, again, cancelled = asyncio._get_running_loop(), cancelled, True
        if isinstance(loop, Loop) and loop.runs_for and (settings.disable_debugger_detection or not is_debugging()):
            loop.call_soon_threadsafe(loop.runs_for.cancel, f"the test took longer than {settings.timeout:g} s")
            if not again:
                return
        assert callable(raised)
        raised(number, frame)

    if settings.method == "signal" and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGALRM, fail)
        signal.setitimer(signal.ITIMER_REAL, settings.timeout, AGAIN_S)
    return is_set
