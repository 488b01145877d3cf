"""A lane: one worker and the work that waits for it, shared out fairly between workspaces.

The workspace that was served least goes next: one that asks for little never waits for all that another one asked for,
only for the piece that is under way, and that is bounded.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, TypeVarTuple

from mci_router.learning.worker import Done, Limits, Worker, WorkerGone
from mci_router.values import value

Given = TypeVarTuple("Given")
Result = TypeVar("Result")

FORGOTTEN_S = 600  # half of what a workspace was given counts no longer after so long
IDLE_S = 300  # without work, the worker ends: it holds a hundred megabytes


class FairShares:
    """How much each of those who share something has had lately. Pure: the time is given."""

    def __init__(self) -> None:
        self._had: dict[str, tuple[float, float]] = {}

    def had(self, who: str, now: float) -> float:
        """Returns how much of it counts still."""
        amount, at = self._had.get(who, (0.0, now))
        return float(amount * 0.5 ** ((now - at) / FORGOTTEN_S))

    def give(self, who: str, amount: float, now: float) -> None:
        self._had = {other: had for other, had in self._had.items() if self.had(other, now) > 1e-3}
        self._had[who] = (self.had(who, now) + amount, now)


@value
class _Waiting:
    work: tuple[Any, ...]
    done: "asyncio.Future[Any]"


class Lane:
    """Work of many workspaces, done one after the other by a worker."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._worker = Worker(limits)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._shares = FairShares()
        self._waiting: dict[str, deque[_Waiting]] = defaultdict(deque)
        self._working: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._closed = False

    async def run(self, workspace: str, function: Callable[[*Given], Result], *args: *Given) -> Result:
        """Returns what a function returns in the worker, once it is the workspace's turn.

        Cancelled before its turn, it is not begun. Raises what `Worker.do` raises.
        """
        if self._closed:
            raise WorkerGone("the service is ending")
        loop = asyncio.get_running_loop()
        waiting = _Waiting((function, *args), loop.create_future())
        self._waiting[workspace].append(waiting)
        if self._working is None:
            self._working = loop.create_task(self._work())
        result: Result = await waiting.done
        return result

    async def close(self) -> None:
        """Ends what is under way and drops what waits. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._idle:
            self._idle.cancel()
        self._worker.close()
        if self._working:
            await self._working
        await asyncio.get_running_loop().run_in_executor(self._thread, self._worker.end)
        self._thread.shutdown()

    async def _work(self) -> None:
        if self._idle:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        while self._waiting:
            workspace, waiting = self._next(loop.time())
            if waiting.done.done():
                continue
            try:
                done: Done = await loop.run_in_executor(self._thread, self._worker.do, *waiting.work)
            except Exception as error:
                _answer(waiting, error)
            else:
                self._shares.give(workspace, done.cpu_s, loop.time())
                _answer(waiting, done.result)
        self._working = None
        if not self._closed:
            self._idle = loop.call_later(IDLE_S, self._thread.submit, self._worker.end)

    def _next(self, now: float) -> tuple[str, _Waiting]:
        workspace = min(self._waiting, key=lambda one: self._shares.had(one, now))
        waiting = self._waiting[workspace].popleft()
        if not self._waiting[workspace]:
            del self._waiting[workspace]
        return workspace, waiting


def _answer(waiting: _Waiting, answer: Any) -> None:
    if waiting.done.done():
        return  # nobody waits any longer
    if isinstance(answer, Exception):
        waiting.done.set_exception(answer)
    else:
        waiting.done.set_result(answer)
