"""Loops: work that is repeated beside the requests, when it is due. `upkeep` has the list of them.

A loop outlives any failure of its work: it logs it and goes on. At rest a process asks the ledger one short question a
few times a second, for all loops that wait for something in it.
"""

import asyncio
import logging
import math
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from mci_router.database import COMMITTED, Database
from mci_router.errors import DatabaseUnavailable, Problem, WorkspaceGone, in_the_log, refusal_of
from mci_router.seldom import Seldom
from mci_router.values import value

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE_S = 0.5
LONGEST_KIND = 200  # characters by which faults of a loop are told apart
AT_LEAST_S = 10
"""How often work is done whose subject has not changed: if a change were missed, it would be made up for."""

RARE_S, BEGINS_S = 60, 5
"""Work that is done as seldom as this begins so many seconds after a start, which needs its CPU to become ready."""

HELP_AFTER_S = 2
"""How long another process's work has to be due until this one does it, too: there is much, or that one hangs."""

UNTRIED = -1.0
"""What a turn returns that had nothing to do, and so cannot tell whether what failed before would succeed now."""

WHOLE_EVERY_S = 60  # after which everything is asked, whatever was committed
CLOCK = re.compile(r"\b(now\(|clock_timestamp|current_(date|time)|localtime)", re.IGNORECASE)


def always() -> bool:
    """Returns True."""
    return True


def never() -> bool:
    """Returns False."""
    return False


@value
class Loop:
    """Work that is repeated: `interval_s` from beginning to beginning.

    With conditions, the work is done only while one of them holds; one look at the ledger asks those of all loops.
    `pending` is a condition in SQL. `changes` is an expression in SQL: work is due when its value is another than
    before. `restless` says what this process knows by itself. `mine`: whether it is this process's to do. `settles_s`:
    for how long after the last commit the answers may still become others; see `settles`. `asked_every_s`: how often a
    condition that is dear to ask is asked, as long as it does not hold.
    """

    name: str
    interval_s: float
    work: Callable[[], Awaitable[object]]
    pending: str | None = None
    changes: str | None = None
    restless: Callable[[], bool] = never
    mine: Callable[[], bool] = always
    settles_s: float | None = None
    asked_every_s: float = 0

    @property
    def waits(self) -> bool:
        """Whether the loop waits for something in the ledger."""
        return bool(self.pending or self.changes)

    @property
    def begins_s(self) -> float:
        """How many seconds after the start of the process the first turn is: what is rare leaves a start alone."""
        return BEGINS_S if self.interval_s >= RARE_S else 0

    @property
    def settles(self) -> float:
        """For how many seconds after the last commit the answers may still become others, or are not known yet.

        What asks for rows alone is settled at once, what compares them with the clock never, unless `settles_s` says
        when.
        """
        if self.settles_s is not None:
            return self.settles_s + self.asked_every_s
        return math.inf if CLOCK.search(f"{self.pending} {self.changes}") else self.asked_every_s


@value
class WorkspaceLoop:
    """Work that is repeated for each workspace that is this process's; `work` takes its id.

    The work returns for how many seconds it may rest, if longer than `interval_s`, or UNTRIED; with `bells`, a new
    entry in the workspace's journal ends the rest.
    """

    name: str
    interval_s: float
    work: Callable[[str], Awaitable[float | None]]
    bells: bool = False


class Bells:
    """Bells that ring when a workspace's journal has something new, a set of listeners for each workspace."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, workspace: str) -> None:
        for listener in self._listeners.get(workspace, ()):
            listener.set()

    def listen(self, workspace: str) -> asyncio.Event:
        """Returns an event that is set each time the workspace's bell rings."""
        listener = asyncio.Event()
        self._listeners[workspace].add(listener)
        return listener

    def forget(self, workspace: str, listener: asyncio.Event) -> None:
        self._listeners[workspace].discard(listener)
        if not self._listeners[workspace]:
            del self._listeners[workspace]


class Look:
    """One look at the ledger for all loops that wait for something in it, instead of a transaction each.

    `found` has an event a loop, by its name: it is set while there is work. `loop` looks as often as the most frequent
    of them wants. As long as nothing is committed it asks only what the clock may change: the rest is as it was.
    """

    def __init__(self, database: Database, loops: Sequence[Loop]) -> None:
        # Its plans are kept: to plan so many questions takes longer than to ask them.
        self._lane = database.lane(for_questions=True)
        self._loops = [loop for loop in loops if loop.waits]
        self._answers: dict[str, tuple[object, object]] = {}
        self._ledger = ""  # as it was at the last look
        self._committed_at = self._whole_at = -math.inf
        self._quiet_s = 0.0  # since the last commit, at the last look
        self._seen: dict[str, object] = {}
        self._again_at: dict[str, float] = {}
        self._due_since: dict[str, float] = {}
        self._asked_at: dict[str, float] = {}
        self.found = {loop.name: asyncio.Event() for loop in self._loops}
        self.loop = Loop("the look at the ledger", min(loop.interval_s for loop in self._loops), self._turn)

    async def _turn(self) -> None:
        await self._look()
        for loop in self._loops:
            pending, value = self._answers[loop.name]
            if pending or self._changed(loop, value) or loop.restless():
                since = self._due_since.setdefault(loop.name, time.monotonic())
                if loop.mine() or time.monotonic() - since >= HELP_AFTER_S:
                    self.found[loop.name].set()
            else:
                self._due_since.pop(loop.name, None)

    async def _look(self) -> None:
        """Asks what may have become another since the last look; all, if that shows that something was committed."""
        whole = not self._quiet_s or time.monotonic() - self._whole_at >= WHOLE_EVERY_S
        ledger = await self._ask(self._loops if whole else [one for one in self._loops if one.settles > self._quiet_s])
        now = time.monotonic()
        if ledger == self._ledger:
            self._quiet_s = now - self._committed_at
        else:
            self._ledger, self._committed_at, self._quiet_s = ledger, now, 0.0
            if not whole:
                self._ledger = await self._ask(self._loops)

    async def _ask(self, loops: Sequence[Loop]) -> str:
        """Asks the conditions of some loops. Returns what is the same as long as nothing is committed."""
        now, due = time.monotonic(), [one for one in loops if self._is_asked_again(one)]
        asked = [f"({each})" for loop in due for each in (loop.pending or "false", loop.changes or "''")]
        try:
            ledger, *answers = await self._lane.ask(f"SELECT {', '.join([COMMITTED, *asked])}")
        except DatabaseUnavailable:
            self._asked_at.clear()  # nobody knows what has happened meanwhile
            raise
        pairs = zip(answers[::2], answers[1::2], strict=True)
        self._answers |= {loop.name: pair for loop, pair in zip(due, pairs, strict=True)}
        self._asked_at |= {loop.name: now for loop in due}
        if loops is self._loops:
            self._whole_at = now
        return str(ledger)

    def _is_asked_again(self, loop: Loop) -> bool:
        """Returns whether it is time to ask a loop's conditions again; of what is pending it always is."""
        pending, _ = self._answers.get(loop.name, (True, None))
        return bool(pending) or time.monotonic() - self._asked_at.get(loop.name, -math.inf) >= loop.asked_every_s

    def _changed(self, loop: Loop, value: object) -> bool:
        """Returns whether the value is another than at the last look, or the work was last done long ago."""
        now = time.monotonic()
        if not loop.changes or (self._seen.get(loop.name, "") == value and now < self._again_at[loop.name]):
            return False
        self._seen[loop.name], self._again_at[loop.name] = value, now + AT_LEAST_S
        return True


async def repeat(loop: Loop, found: asyncio.Event | None = None) -> None:
    """Repeats the work of a loop for ever; where there is `found`, each time that it is set."""
    log_of = _Failures(loop.name)
    await asyncio.sleep(loop.begins_s)
    while True:
        if found:
            await found.wait()
            found.clear()
        began = time.monotonic()
        if found or loop.mine():
            await log_of.turn(loop.work)
        if log_of.failing:
            if found:
                found.set()  # what was found is still to be done
            await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
        else:
            await asyncio.sleep(max(0, loop.interval_s - (time.monotonic() - began)))


async def repeat_for(workspace: str, loop: WorkspaceLoop, bells: Bells, mine: Callable[[], bool]) -> None:
    """Repeats the work of a loop for a workspace, as long as that is `mine`."""
    log_of, bell = _Failures(f"{loop.name} of {workspace}"), bells.listen(workspace)
    try:
        while mine():
            bell.clear()
            began = time.monotonic()
            rest = await log_of.turn(lambda: loop.work(workspace))
            pause = PAUSE_AFTER_FAILURE_S if log_of.failing else loop.interval_s - (time.monotonic() - began)
            rest_s = rest - loop.interval_s if rest and rest > loop.interval_s and not log_of.failing else 0
            await asyncio.sleep(max(0, pause) + (0 if loop.bells else rest_s))
            if loop.bells and rest_s:
                await _rest(rest_s, bell)
    finally:
        bells.forget(workspace, bell)


async def _rest(seconds: float, bell: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await bell.wait()


class _Failures:
    """The failures of one loop: a wait and a refusal are logged once, a fault once a minute, and that it goes on."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults = Seldom()
        self._refused = ""
        self.failing = False

    async def turn(self, work: Callable[[], Awaitable[object]]) -> float | None:
        """Does the work once. Returns what it returns; None if it fails. Raises CancelledError if the loop is to end,
        also where the work has swallowed that, as the client of Redis does while it looks at an idle connection.
        """
        rest = await self._turn(work)
        task = asyncio.current_task()
        if task and task.cancelling():
            raise asyncio.CancelledError
        return rest

    async def _turn(self, work: Callable[[], Awaitable[object]]) -> float | None:
        try:
            rest = await work()
            if rest == UNTRIED:
                return None
            if self.failing:
                log.warning("%s goes on", self._name)
            self.failing, self._refused = False, ""
            return rest if isinstance(rest, float) else None
        except WorkspaceGone:
            self.failing = False  # nothing is left to do
        except Problem as problem:
            refusal = refusal_of(problem)  # it may come after a server was found away, and says more
            if not self.failing or (refusal and refusal.code != self._refused):
                log.warning("%s waits: %s", self._name, in_the_log(problem))
            self.failing, self._refused = True, refusal.code if refusal else self._refused
        except Exception as error:
            if self._faults.due(f"{type(error).__name__} {error}"[:LONGEST_KIND]):
                log.exception("%s failed and will be tried again", self._name)
            self.failing = True
        return None
