"""The work of making schedules: one at a time, by a worker that is killed when nobody waits for it any longer.

Any process takes up what waits. While it is at it, it renews its claim: what a process leaves behind when it dies,
another one takes up.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import Problem, in_the_log
from mci_router.models import Schedule
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import SolvingState
from mci_router.workforce.schedules import store
from mci_router.workforce.schedules.asking import BadRequirement, week_of
from mci_router.workforce.schedules.making import make
from mci_router.workforce.schedules.patterns import TooManyPatterns
from mci_router.workforce.schedules.programme import NoSolution
from mci_router.workforce.schedules.week import Made, Week

log = logging.getLogger(__name__)

CLAIM_S, RENEW_S = 20, 1.0
MOST_ATTEMPTS = 3  # a making whose processes died so often is not begun again: it may be what they died of
MOST_SECONDS = 300  # for the solver, as a client may ask for
PENDING = """EXISTS (
  SELECT FROM schedules WHERE solving = 'waiting' OR solving = 'solving' AND claimed_until < now())"""
"""Whether a schedule waits to be made, in SQL."""

CLAIM = text(
    f"""
    UPDATE schedules SET solving = CASE WHEN attempts >= {MOST_ATTEMPTS} THEN 'failed' ELSE 'solving' END,
      problem = CASE WHEN attempts >= {MOST_ATTEMPTS} THEN :died END,
      claimed_until = now() + make_interval(secs => {CLAIM_S}), attempts = attempts + 1
    WHERE id = (SELECT id FROM schedules WHERE solving = 'waiting' OR solving = 'solving' AND claimed_until < now()
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, workspace_id, solving
    """  # noqa: S608 — numbers of ours
)
RENEW = text(
    f"""
    UPDATE schedules SET claimed_until = now() + make_interval(secs => {CLAIM_S})
    WHERE workspace_id = :workspace AND id = :id AND solving = 'solving' RETURNING id
    """  # noqa: S608 — a number of ours
)
RELEASE = text(
    """
    UPDATE schedules SET solving = 'waiting', claimed_until = NULL, attempts = attempts - 1
    WHERE workspace_id = :workspace AND id = :id AND solving = 'solving'
    """
)
DIED = "the processes that made it have ended three times: ask for fewer days, agents or templates"


class Doing(Protocol):
    """A worker: does one piece of work in a process of its own."""

    def do(self, *work: Any) -> Any:
        """Does work: a function and its arguments. Blocks; raises what the work raises."""

    def close(self) -> None:
        """Ends the process for good, also in the middle of its work; safe on any thread."""

    def end(self) -> None:
        """Lets go of the process, once its work has ended."""


class Making:
    """Makes schedules that wait for it."""

    def __init__(self, database: Database, snapshots: Snapshots, worker: Callable[[], Doing]) -> None:
        self._database = database
        self._snapshots = snapshots
        self._worker = worker
        self._task: asyncio.Task[None] | None = None

    async def turn(self) -> None:
        """Takes up a schedule that waits, unless this process is at one. Raises DatabaseUnavailable."""
        if self._task and not self._task.done():
            return
        async with self._database.transaction() as session:
            found = (await session.execute(CLAIM, {"died": DIED})).one_or_none()
        if found and found.solving == SolvingState.SOLVING:
            self._task = asyncio.create_task(self._make(found.workspace_id, found.id), name="the making of a schedule")

    async def close(self) -> None:
        """Gives up what is under way: another process takes it up."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _make(self, workspace: str, schedule: str) -> None:
        known, worker = {"workspace": workspace, "id": schedule}, self._worker()
        try:
            week = await self._week(workspace, schedule)
            made = await self._made(known, worker, week)
            if made:
                await self._finish(workspace, schedule, made)
        except asyncio.CancelledError:
            with suppress(Problem):
                async with self._database.transaction() as session:
                    await session.execute(RELEASE, known)
            raise
        except Problem as problem:
            log.warning("a schedule was not made yet; it is tried again: %s", in_the_log(problem), extra=known)
        except (NoSolution, TooManyPatterns, BadRequirement) as error:
            await self._fail(workspace, schedule, str(error))
        except Exception as error:
            log.exception("a schedule could not be made", extra=known)
            await self._fail(workspace, schedule, f"the work ended: {error}")

    async def _week(self, workspace: str, schedule: str) -> Week:
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            row = await store.schedule(session, workspace, schedule)
            around = await store.nearby(session, snapshot, row.begins_on, row.ends_on, of_schedule=schedule)
        return week_of(snapshot, row.begins_on, row.ends_on, row.asked, around)

    async def _made(self, known: dict[str, str], worker: Doing, week: Week) -> Made | None:
        """Returns what the worker has made; None where somebody has cancelled it meanwhile."""
        work = asyncio.get_running_loop().run_in_executor(None, worker.do, make, week)
        try:
            while not work.done():
                await asyncio.wait([work], timeout=RENEW_S)
                if not work.done() and not await self._renewed(known):
                    return None
            done: Made = work.result().result
            return done
        finally:
            worker.close()
            with suppress(Exception):
                await work
            worker.end()

    async def _renewed(self, known: dict[str, str]) -> bool:
        async with self._database.transaction() as session:
            return (await session.execute(RENEW, known)).one_or_none() is not None

    async def _finish(self, workspace: str, schedule: str, made: Made) -> None:
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            row = await store.schedule(session, workspace, schedule, lock=True)
            if row.solving is SolvingState.SOLVING:
                await keep(session, snapshot, row, made)

    async def _fail(self, workspace: str, schedule: str, why: str) -> None:
        with suppress(Problem):
            async with self._database.transaction() as session:
                row = await store.schedule(session, workspace, schedule, lock=True)
                if row.solving is SolvingState.SOLVING:
                    row.solving, row.problem, row.claimed_until = SolvingState.FAILED, why, None


async def keep(session: AsyncSession, snapshot: Snapshot, row: Schedule, made: Made) -> None:
    """Keeps what the solver has made: its shifts and its figures."""
    await store.remove_shifts(session, row)
    skills = {one["group"]: one["skills"] for one in row.asked["requirement"]}
    session.add_all(
        store.new_shift(
            row,
            one.agent,
            one.pattern.placed(),
            template=one.pattern.template,
            group=one.group,
            skills=skills.get(one.group, ()),
        )
        for one in made.shifts
    )
    row.solving, row.claimed_until, row.problem, row.figures = SolvingState.SOLVED, None, None, figures(made)


def figures(made: Made) -> dict[str, Any]:
    """Returns what the ledger keeps of how well a schedule has come out."""
    return {
        "seconds": round(made.seconds, 1),
        "gap": {"templates": round(made.gap_templates, 4), "persons": round(made.gap_persons, 4)},
        "open": [
            {
                "group": one.group,
                "day": str(one.day),
                "begins_at": moment(one.begins_at),
                "ends_at": moment(one.ends_at),
            }
            for one in made.open
        ],
        "relax": [breach_of(one) for one in made.relax],
        "uncovered": list(made.uncovered),
        "fairness": {kind: {"fewest": few, "most": most} for kind, (few, most) in made.fairness.items()},
        "below_contract": dict(made.below_contract),
    }


def breach_of(one: Any) -> dict[str, Any]:
    """Returns a breach as data."""
    return {**asdict(one), "day": str(one.day), "mend": one.mend}
