"""Trying out: the rest of a day is drawn and tried in processes of their own, first by a model, then by the engine.

The model is quick, and finds which moves may help. The engine, in virtual time and on a private server, says what they
do: its figures are those that people see. Where it cannot be had, or the day is too large for it, the model's stand,
and it is said whose they are.
"""

import asyncio
import logging
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from pydantic import TypeAdapter

from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import TriedBy
from mci_router.workforce.intraday.moves import Outlook
from mci_router.workforce.intraday.rest import Rest
from mci_router.workforce.intraday.task import Task, task_of
from mci_router.workforce.staffing.worker import surroundings

log = logging.getLogger(__name__)

WORKER = "mci_router.simulation.intraday"
MOST_PLAYED = 30_000  # contacts by the engine, over all days and moves: it ends long before the next round
FEWEST, MOST_DAYS = 4, 20
PATIENCE_S = 300.0

Run = Callable[[str, Rest], Awaitable[Outlook]]
"""Tries out a workspace's rest of a day by the model, where it holds nothing up."""


class TryOuts:
    """Tries out the days of workspaces, one after the other."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._turn = asyncio.Lock()
        self._complained = False

    async def __call__(self, snapshot: Snapshot, rest: Rest, channels: Mapping[str, str]) -> tuple[Outlook, TriedBy]:
        """Returns how the rest of the day is going to be, and the moves that help, and who says so."""
        found = await self._run(snapshot.workspace_id, rest)
        days = days_played(rest, found)
        if days < FEWEST:
            return found, TriedBy.MODEL
        async with self._turn:
            played = await self._played(task_of(snapshot, rest, found, channels, days))
        return (played, TriedBy.ENGINE) if played else (found, TriedBy.MODEL)

    async def _played(self, task: Task) -> Outlook | None:
        """Returns what the engine says; None where it cannot be had."""
        with tempfile.TemporaryDirectory(prefix="mci-router-intraday-", ignore_cleanup_errors=True) as folder:
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", WORKER), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=surroundings(folder)
            )
            try:
                async with asyncio.timeout(PATIENCE_S):
                    said, complaint = await worker.communicate(TypeAdapter(Task).dump_json(task))
            except TimeoutError:
                said, complaint = b"", f"it took longer than {PATIENCE_S:.0f} s".encode()
            except RuntimeError:  # uvloop's of a pipe that it has closed by now
                said, complaint = b"", b"it ended before it was asked"
            finally:
                with suppress(ProcessLookupError):
                    worker.kill()
                await worker.wait()
        if said and not worker.returncode:
            self._complained = False
            return TypeAdapter(Outlook).validate_json(said)
        self._complain(complaint)
        return None

    def _complain(self, complaint: bytes) -> None:
        if not self._complained:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            log.warning("days are tried out by the model alone, for the engine cannot play them: %s", last)
        self._complained = True


def days_played(rest: Rest, found: Outlook) -> int:
    """Returns on how many days the engine can play a rest of a day and the moves found for it."""
    once = sum(queue.expected for queue in rest.queues) * (1 + len(found.proposed))
    return min(MOST_DAYS, int(MOST_PLAYED / max(1.0, once)))
