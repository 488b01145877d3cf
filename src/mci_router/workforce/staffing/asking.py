"""Asking for the staff of a day: the problem is put together from what is configured, forecast and measured."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import InvalidRequest, NotFound, TooManyStaffingJobs
from mci_router.ids import new_id
from mci_router.insight.intervals import midnight
from mci_router.models import StaffingJob
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import StaffingState
from mci_router.workforce.forecast import Forecasts
from mci_router.workforce.forecast.forecasts import ForecastRow
from mci_router.workforce.staffing import measured
from mci_router.workforce.staffing.groups import OtherGoal, WhatIf, changed, groups_of, with_goals
from mci_router.workforce.staffing.guess import guess, unserved
from mci_router.workforce.staffing.problem import (
    INTERVAL_S,
    MOST_AGENTS,
    MOST_AT_WORK,
    MOST_CONTACTS,
    MOST_GROUPS,
    MOST_QUEUES,
    Demand,
    Problem,
)

MOST_OPEN = 20  # jobs of a workspace that wait or are searched
OPEN = (StaffingState.QUEUED, StaffingState.RUNNING)


@value
class Given:
    """What somebody asks for. What is None is measured, or taken from the forecast and the configuration."""

    day: date
    made_by: str
    demand: Sequence[Any] | None = None
    goals: Sequence[OtherGoal] = ()
    patience_s: Mapping[str, float] = field(default_factory=dict)
    absence: float | None = None
    handle_spread: float | None = None
    day_spread: float = 0.0
    seconds: int = 600


class Staffing:
    """Takes what is asked for in, and reads what was found. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database, forecasts: Forecasts) -> None:
        self._database, self._forecasts = database, forecasts

    async def ask(self, snapshot: Snapshot, given: Given) -> StaffingJob:
        """Makes a job, with the guess by Erlang A. Raises InvalidRequest, TooManyStaffingJobs."""
        rows = given.demand if given.demand is not None else await self._forecast(snapshot, given.day)
        begins = midnight(given.day, snapshot.spec.zone).astimezone(UTC)
        ends = midnight(given.day + timedelta(days=1), snapshot.spec.zone).astimezone(UTC)
        problem = await self._problem(snapshot, given, _demand(rows, begins, ends), begins, ends)
        plan = await asyncio.to_thread(guess, problem)
        return await self._add(snapshot.workspace_id, given, problem, {"plan": plan})

    async def ask_what_if(self, workspace: str, made_by: str, of: str, what_if: WhatIf, seconds: int) -> StaffingJob:
        """Makes a job that compares a change with what another has found. Raises InvalidRequest, NotFound."""
        base = await self.job(workspace, of)
        found = base.result or base.best
        if base.what_if is not None or found is None:
            raise _fault("of", "has found no staff yet: name a staffing job that has, and that is no what-if itself")
        problem = Problem.model_validate(base.problem)
        try:
            after, plan = changed(problem, found["plan"], what_if)
        except ValueError as error:
            raise _fault("what_if", str(error)) from error
        change = {"problem": after.model_dump(mode="json"), "plan": plan}
        document = {"asked": what_if.model_dump(mode="json", exclude_none=True), "change": change}
        given = Given(base.day, made_by, seconds=seconds)
        return await self._add(workspace, given, problem, {"plan": found["plan"]}, of=of, what_if=document)

    async def job(self, workspace: str, job: str) -> StaffingJob:
        """Returns a job. Raises NotFound."""
        async with self._database.transaction() as session:
            return await _job(session, workspace, job)

    async def jobs(self, workspace: str, *, before: str | None, limit: int) -> list[StaffingJob]:
        """Returns jobs, the newest first, before the one of that id."""
        wanted = select(StaffingJob).where(StaffingJob.workspace_id == workspace)
        if before:
            wanted = wanted.where(StaffingJob.id < before)
        async with self._database.transaction() as session:
            return list(await session.scalars(wanted.order_by(StaffingJob.id.desc()).limit(limit)))

    async def cancel(self, workspace: str, job: str) -> StaffingJob:
        """Ends a job that is not over; the process that does it stops within a second or two. Raises NotFound."""
        async with self._database.transaction() as session:
            ended = {"state": StaffingState.CANCELLED, "ended_at": func.now(), "claimed_by": None, "lease_until": None}
            mine = (StaffingJob.workspace_id == workspace, StaffingJob.id == job, StaffingJob.state.in_(OPEN))
            await session.execute(update(StaffingJob).where(*mine).values(**ended))
            return await _job(session, workspace, job)

    async def _forecast(self, snapshot: Snapshot, day: date) -> Sequence[ForecastRow]:
        found = await self._forecasts.of(snapshot, day)
        if not found:
            raise _fault("demand", f"is missing, and there is no forecast of {day}: give what is expected to come")
        return found

    async def _problem(
        self, snapshot: Snapshot, given: Given, demand: list[Demand], begins: datetime, ends: datetime
    ) -> Problem:
        now, workspace = utc_now(), snapshot.workspace_id
        async with self._database.transaction() as session:
            patience = await measured.patience(session, workspace, now)
            absence = None
            if given.absence is None:
                absence = await measured.absence(session, workspace, sorted(snapshot.agents), now)
        queues = _queues(snapshot, demand)
        live = {queue.name for queue in queues if not queue.deferrable}
        share = given.absence if given.absence is not None else absence.share if absence else 0.0
        groups = groups_of(snapshot.agents.values())
        _bounded("agents", len(snapshot.agents), MOST_AGENTS)
        _bounded("skill groups", len(groups), MOST_GROUPS)
        if not groups:
            raise InvalidRequest("There are no agents in this workspace, so nobody could serve anything.")
        problem = Problem(
            begins=begins,
            intervals=round((ends - begins).total_seconds() / INTERVAL_S),
            queues=queues,
            groups=groups,
            demand=demand,
            line_choice=snapshot.spec.line_choice,
            shorter_first=snapshot.spec.shorter_first,
            patience_s={name: mean for name, mean in {**patience, **given.patience_s}.items() if name in live},
            absence=min(0.8, round(share, 4)),
            handle_spread=1.25 if given.handle_spread is None else given.handle_spread,
            day_spread=given.day_spread,
        )
        if lacking := unserved(problem):
            raise InvalidRequest(
                f"Nobody here can serve queue {lacking[0]}: no agent has its skills, its tier and its channel."
            )
        try:
            return with_goals(problem, given.goals)
        except ValueError as error:
            raise _fault("goals", str(error)) from error

    async def _add(
        self,
        workspace: str,
        given: Given,
        problem: Problem,
        plan: Mapping[str, Any],
        of: str | None = None,
        what_if: dict[str, Any] | None = None,
    ) -> StaffingJob:
        job = StaffingJob(
            id=new_id("staffing_job"),
            workspace_id=workspace,
            day=given.day,
            state=StaffingState.QUEUED,
            made_by=given.made_by,
            of=of,
            seconds=given.seconds,
            problem=problem.model_dump(mode="json"),
            guess=plan["plan"],
            what_if=what_if,
            progress=0.0,
            attempts=0,
        )
        async with self._database.transaction() as session:
            waiting = select(func.count()).where(StaffingJob.workspace_id == workspace, StaffingJob.state.in_(OPEN))
            if (await session.scalar(waiting) or 0) >= MOST_OPEN:
                raise TooManyStaffingJobs
            session.add(job)
            await session.flush()
            await session.refresh(job)
        return job


async def _job(session: AsyncSession, workspace: str, job: str) -> StaffingJob:
    wanted = select(StaffingJob).where(StaffingJob.workspace_id == workspace, StaffingJob.id == job)
    found = await session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def _demand(rows: Sequence[Any], begins: datetime, ends: datetime) -> list[Demand]:
    """Returns the demand by the day's quarter-hours. Raises InvalidRequest for a row outside of them."""
    found: dict[tuple[str, str, int], Demand] = {}
    for row in rows:
        at = (row.begins - begins).total_seconds()
        if at % INTERVAL_S or not begins <= row.begins < ends:
            raise _fault("demand", f"has {row.begins.isoformat()}, which is no quarter-hour of the day")
        one = Demand(
            queue=row.queue,
            channel=row.channel,
            interval=int(at // INTERVAL_S),
            arrivals=row.arrivals,
            aht_s=row.aht_s,
            low=getattr(row, "low", None),
            high=getattr(row, "high", None),
        )
        if found.setdefault((one.queue, one.channel, one.interval), one) is not one:
            raise _fault("demand", f"has queue {one.queue} on {one.channel} at {row.begins.isoformat()} twice")
    _bounded("contacts", round(sum(one.arrivals for one in found.values())), MOST_CONTACTS)
    busy: Counter[int] = Counter()
    for one in found.values():
        busy[one.interval] += ceil(one.arrivals * one.aht_s / INTERVAL_S)
    _bounded("agents at work for the contacts of one quarter-hour", max(busy.values(), default=0), MOST_AT_WORK)
    if not any(one.arrivals > 0 for one in found.values()):
        raise _fault("demand", "has no arrivals, so nobody is needed")
    return list(found.values())


def _queues(snapshot: Snapshot, demand: Sequence[Demand]) -> list[QueueSpec]:
    names = sorted({row.queue for row in demand})
    _bounded("queues", len(names), MOST_QUEUES)
    if unknown := [name for name in names if name not in snapshot.queues]:
        raise _fault("demand", f"names queue {unknown[0]!r}, which this workspace has not")
    return [snapshot.queues[name] for name in names]


def _bounded(what: str, number: int, most: int) -> None:
    if number > most:
        raise InvalidRequest(f"The day has {number:,} {what}; {most:,} at most can be played.")


def _fault(where: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"{where} {problem}.", errors=[{"where": f"body.{where}", "problem": problem}])
