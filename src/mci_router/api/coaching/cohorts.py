"""Cohorts: agents that can be compared, and no rank where intervals overlap."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Query, Response

from mci_router.api.coaching import shown
from mci_router.api.coaching.asked import Reader, view_of
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.coaching import CohortsOut
from mci_router.clock import utc_now
from mci_router.coaching.cohorts import Cohort
from mci_router.errors import InvalidRequest
from mci_router.specs.base import Day, Name
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import CohortKind

router = Router(prefix="/v1/coaching/cohorts", tags=["coaching"], responses=RESPONSES)

USUAL, LONGEST = timedelta(days=28), timedelta(days=93)


@router.get("", summary="Compare agents by cohorts")
async def get_cohorts(
    caller: Reader,
    parts: Service,
    by: Annotated[CohortKind, Query(description="What makes agents comparable.")] = CohortKind.TEAM,
    since: Annotated[Day | None, Query(description="The first day; 28 days unless given.")] = None,
    until: Annotated[Day | None, Query(description="The last day; yesterday unless given.")] = None,
    name: Annotated[Name | None, Query(description="Only this cohort.")] = None,
) -> CohortsOut:
    """Returns the figures of each cohort and of its agents, each with its interval.

    Agents are ranked by CSAT and FCR, and only where no interval overlaps: else `rank` is null, and `why` says so. A
    short handle time, few transfers and few escalations are not better in themselves.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    first, last = _days(snapshot, since, until)
    async with parts.heavy.taken(caller.workspace_id):
        end = last + timedelta(days=1)
        found = await parts.coaching.reading.cohorts(snapshot, first, end, view_of(caller, by), name)
    answer: CohortsOut = await asyncio.to_thread(_written, by, first, last, found)  # of hundreds it takes a while
    return answer


def _written(by: CohortKind, first: date, last: date, found: Sequence[Cohort]) -> Any:
    """Returns the answer as it is sent: it is checked once."""
    shown_all = [shown.cohort(one) for one in found]
    answer = CohortsOut(by=by, since=first, until=last, cohorts=shown_all)
    return Response(answer.model_dump_json(), media_type="application/json")


def _days(snapshot: Snapshot, since: date | None, until: date | None) -> tuple[date, date]:
    today = utc_now().astimezone(snapshot.spec.zone).date()
    last = until or today - timedelta(days=1)
    first = since or last - USUAL + timedelta(days=1)
    if first > last:
        raise _fault("since", f"is behind the last day, {last.isoformat()}")
    if last - first >= LONGEST:
        raise _fault("since", f"is more than {LONGEST.days} days before the last day")
    return first, last


def _fault(name: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"query.{name}: {problem}.", errors=[{"where": f"query.{name}", "problem": problem}])
