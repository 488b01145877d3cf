"""Jobs of staffing in the ledger, and the loop that does them: one at a time in a process.

A process that does a job holds it under a lease. If that process is killed, another takes the job when the lease is
over; a job whose worker has died three times has failed.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from sqlalchemy import text

from mci_router.database import Database
from mci_router.documents import as_json
from mci_router.ids import id_with
from mci_router.settings import Settings
from mci_router.vocabulary import StaffingState
from mci_router.workforce.staffing.documents import Task
from mci_router.workforce.staffing.worker import WorkerDied, work

log = logging.getLogger(__name__)

LEASE_S = 20.0
RENEW_S = 1.0  # and look whether somebody has cancelled it
MOST_ATTEMPTS = 3
KEPT_S = 90 * 86_400

PENDING = """
    EXISTS (SELECT FROM staffing_jobs WHERE state IN ('queued', 'running')
      AND (state = 'queued' OR lease_until < now()))
"""
CLAIM = text(
    f"""
    UPDATE staffing_jobs SET state = 'running', claimed_by = :me, attempts = attempts + 1, progress = 0,
      lease_until = now() + interval '{LEASE_S} seconds', started_at = coalesce(started_at, now())
    WHERE id = (
      SELECT id FROM staffing_jobs
      WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until < now())
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, attempts, problem, guess, what_if, seconds
    """  # noqa: S608 — numbers of ours
)
RENEW = text(
    f"""
    UPDATE staffing_jobs SET lease_until = now() + interval '{LEASE_S} seconds', progress = :progress,
      best = coalesce(CAST(:best AS jsonb), best)
    WHERE id = :id AND claimed_by = :me AND state = 'running' RETURNING id
    """  # noqa: S608
)
END = text(
    """
    UPDATE staffing_jobs SET state = CAST(:state AS text), why = :why, result = CAST(:result AS jsonb),
      progress = CASE WHEN CAST(:state AS text) = 'finished' THEN 1 ELSE progress END,
      ended_at = now(), claimed_by = NULL, lease_until = NULL
    WHERE id = :id AND claimed_by = :me AND state = 'running'
    """
)
GIVE_BACK = text(
    """
    UPDATE staffing_jobs SET state = 'queued', claimed_by = NULL, lease_until = NULL,
      attempts = greatest(0, attempts - :forgiven)
    WHERE id = :id AND claimed_by = :me AND state = 'running'
    """
)
FORGET = text(f"DELETE FROM staffing_jobs WHERE ended_at < now() - interval '{KEPT_S} seconds'")  # noqa: S608


class StaffingJobs:
    """Does the jobs that wait, in worker processes."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._me = id_with("router")

    async def turn(self) -> None:
        """Does the oldest job that waits, if there is one."""
        async with self._database.transaction() as session:
            job = (await session.execute(CLAIM, {"me": self._me})).mappings().one_or_none()
        if job is None:
            return
        if job["attempts"] > MOST_ATTEMPTS:  # each time the whole process died with it
            why = f"{MOST_ATTEMPTS} routers have begun it, and none came to its end"
            await self._end(job["id"], StaffingState.FAILED, why=why)
            return
        await self._do(job["id"], job["attempts"], self._task(job))

    async def forget(self) -> None:
        """Removes jobs that ended a quarter of a year ago."""
        async with self._database.transaction() as session:
            await session.execute(FORGET)

    def _task(self, job: Any) -> Task:
        urls = [url.strip() for url in (self._settings.staffing_redis_url or "").split(",") if url.strip()]
        return Task(
            problem=job["problem"],
            plan=job["guess"],
            what_if=job["what_if"] and job["what_if"]["change"],
            seconds=job["seconds"],
            processes=self._settings.staffing_processes,
            urls=urls,
        )

    async def _do(self, job: str, attempts: int, task: Task) -> None:
        """Does a job to its end, or gives it back if this process is told to stop."""
        try:
            await self._followed(job, task)
        except WorkerDied as death:
            log.warning("the worker of staffing job %s died: %s", job, death)
            if attempts < MOST_ATTEMPTS:
                await self._write(GIVE_BACK, job, forgiven=0)
            else:
                await self._end(job, StaffingState.FAILED, why=f"its worker has died {attempts} times: {death}")
        except asyncio.CancelledError:
            await self._write(GIVE_BACK, job, forgiven=1)
            raise

    async def _followed(self, job: str, task: Task) -> None:
        """Writes down what a worker says, and stops it once the job is no longer this process's."""
        news: dict[str, Any] = {"progress": 0.0}
        async with aclosing(work(task)) as said:
            listening = asyncio.create_task(_last(said, news))
            try:
                while not listening.done():
                    await asyncio.wait([listening], timeout=RENEW_S)
                    if not listening.done() and not await self._renewed(job, news):
                        return
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
        last = listening.result()
        if "failed" in last:
            await self._end(job, StaffingState.FAILED, why=last["failed"])
        else:
            await self._end(job, StaffingState.FINISHED, result=last["result"])

    async def _renewed(self, job: str, news: dict[str, Any]) -> bool:
        best = as_json(news["best"]) if "best" in news else None
        async with self._database.transaction() as session:
            values = {"id": job, "me": self._me, "progress": news["progress"], "best": best}
            return await session.scalar(RENEW, values) is not None

    async def _end(self, job: str, state: StaffingState, *, why: str | None = None, result: object = None) -> None:
        await self._write(END, job, state=state, why=why, result=None if result is None else as_json(result))

    async def _write(self, statement: Any, job: str, **values: object) -> None:
        async with self._database.transaction() as session:
            await session.execute(statement, {"id": job, "me": self._me, **values})


async def _last(said: AsyncGenerator[dict[str, Any], None], news: dict[str, Any]) -> dict[str, Any]:
    """Keeps what is said in `news`, and returns the last word."""
    async for words in said:
        news.update(words)
    return news
