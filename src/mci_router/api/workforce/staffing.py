"""Staffing: who is needed for a day, searched as a job by playing the day on the engine."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.staffing import (
    Compared,
    GroupOut,
    Guessed,
    Required,
    StaffFound,
    StaffingIn,
    StaffingItem,
    StaffingOut,
    StaffingPage,
)
from mci_router.models import StaffingJob
from mci_router.specs.snapshot import Snapshot
from mci_router.workforce.staffing.asking import Given
from mci_router.workforce.staffing.groups import members
from mci_router.workforce.staffing.problem import INTERVAL_S, Problem, agent_hours

router = Router(prefix="/v1/staffing", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"headers": {"Location": {"description": "Where the job is read.", "schema": {"type": "string"}}}}
}


@router.post("", status_code=202, summary="Ask who is needed for a day", responses=ACCEPTED)
async def post_staffing(body: StaffingIn, caller: Writer, parts: Service, response: Response) -> StaffingOut:
    """Makes a job that searches the least staff with which the P90 day meets every queue's goal: of ten days, nine.

    The answer has the guess by Erlang A already. The job plays the day on the engine that serves customers, in virtual
    time, with the workspace's queues, skills and policies. With `of` and `what_if` it compares a change with the staff
    that another job has found, on the same days.
    """
    snapshot, by = await parts.snapshots.get(caller.workspace_id), f"key:{caller.key_id}"
    async with parts.heavy.taken(caller.workspace_id):
        if body.of is not None and body.what_if is not None:
            job = await parts.workforce.staffing.ask_what_if(
                caller.workspace_id, by, body.of, body.what_if, body.seconds
            )
        else:
            job = await parts.workforce.staffing.ask(snapshot, _given(body, by))
    response.headers["Location"] = f"/v1/staffing/{job.id}"
    return _shown(snapshot, job)


@router.get("", summary="List staffing jobs", responses=PAGED)
async def list_staffing(
    request: Request, response: Response, caller: Reader, parts: Service, cursor: Cursor = None, limit: Limit = 50
) -> StaffingPage:
    """Lists them, the newest first, for 90 days after their ends."""
    zone = (await parts.snapshots.get(caller.workspace_id)).spec.timezone
    found = await parts.workforce.staffing.jobs(caller.workspace_id, before=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return StaffingPage(timezone=zone, items=[_item(job) for job in items], next_cursor=following)


@router.get("/{job_id}", summary="Read a staffing job")
async def get_staffing(job_id: Reference, caller: Reader, parts: Service) -> StaffingOut:
    """Returns a job as it is now, with the best staff found so far."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    return _shown(snapshot, await parts.workforce.staffing.job(caller.workspace_id, job_id))


@router.delete("/{job_id}", summary="Cancel a staffing job")
async def cancel_staffing(job_id: Reference, caller: Writer, parts: Service) -> StaffingOut:
    """Ends a job that is not over, and returns it with the best found until then. Idempotent."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    return _shown(snapshot, await parts.workforce.staffing.cancel(caller.workspace_id, job_id))


def _given(body: StaffingIn, by: str) -> Given:
    if body.day is None:
        raise ValueError("a body without a day compares a change")  # which its schema has made sure of
    return Given(
        body.day,
        by,
        demand=body.demand,
        goals=body.goals,
        patience_s=body.patience_s,
        absence=body.absence,
        handle_spread=body.handle_spread,
        day_spread=body.day_spread,
        seconds=body.seconds,
    )


def _shown(snapshot: Snapshot, job: StaffingJob) -> StaffingOut:
    problem = Problem.model_validate(job.problem)
    found = job.result or job.best
    agents = list(snapshot.agents.values())
    return StaffingOut(
        id=job.id,
        day=job.day,
        timezone=snapshot.spec.timezone,
        state=job.state,
        of=job.of,
        what_if=job.what_if and job.what_if["asked"],
        progress=job.progress,
        groups=[
            GroupOut(group=group.name, skills=dict(group.abilities), agents=members(agents, group))
            for group in problem.groups
        ],
        absence=problem.absence,
        patience_s=dict(problem.patience_s),
        guess=None
        if job.what_if
        else Guessed(requirement=_requirement(problem, job.guess), agent_hours=agent_hours(job.guess)),
        found=None if job.what_if or not found else _found(problem, found),
        compared=_compared(job, found) if job.what_if and found else None,
        why=job.why,
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def _found(problem: Problem, found: Mapping[str, Any]) -> StaffFound:
    rest = {name: value for name, value in found.items() if name != "plan"}
    return StaffFound(requirement=_requirement(problem, found["plan"]), **rest)


def _compared(job: StaffingJob, found: Mapping[str, Any]) -> Compared:
    after = job.what_if["change"]["plan"] if job.what_if else {}
    rest = {name: value for name, value in found.items() if name != "days_played"}
    return Compared(agent_hours_before=agent_hours(job.guess), agent_hours_after=agent_hours(after), **rest)


def _requirement(problem: Problem, plan: Mapping[str, Sequence[int]]) -> list[Required]:
    """Returns a row for each quarter-hour and group with anybody on duty."""
    skills = {group.name: sorted(name for name in group.abilities if name != "tier") for group in problem.groups}
    starts: list[datetime] = [
        problem.begins + timedelta(seconds=INTERVAL_S * number) for number in range(problem.intervals)
    ]
    return [
        Required(begins=begins, group=name, skills=skills[name], agents=agents[number])
        for number, begins in enumerate(starts)
        for name, agents in plan.items()
        if agents[number]
    ]


def _item(job: StaffingJob) -> StaffingItem:
    found = job.result or job.best or {}
    return StaffingItem(
        id=job.id,
        day=job.day,
        state=job.state,
        of=job.of,
        progress=job.progress,
        agent_hours=found.get("agent_hours"),
        why=job.why,
        created_at=job.created_at,
    )
