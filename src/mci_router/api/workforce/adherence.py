"""Adherence over REST: the figures of a day, as JSON and as a file, and who should be where now."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from io import StringIO
from typing import Annotated, Any

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import CSV, ReportFormat, wants_csv
from mci_router.api.router import Router
from mci_router.api.schemas.adherence import (
    COLUMNS,
    AdherenceReport,
    AgentAdherence,
    DifferenceOut,
    PlacedAgent,
    WhoIsWhere,
)
from mci_router.api.schemas.common import YEARS
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest, UnknownAgent
from mci_router.specs.base import Name
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec
from mci_router.workforce.adherence.days import AgentNow, agents_now, day_bounds, figures_of_day
from mci_router.workforce.adherence.figures import Figures
from mci_router.workforce.adherence.timelines import Planned

router = Router(prefix="/v1/workforce", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


@router.get("/adherence", summary="Report adherence and conformance", responses=FILE)
async def get_adherence(
    request: Request,
    caller: Reader,
    parts: Service,
    day: Annotated[date | None, Query(description="A day of the workspace's time zone; today unless given.")] = None,
    agent: Annotated[Name | None, Query(description="This agent alone.")] = None,
    team: Annotated[Name | None, Query(description="Agents of this team alone.")] = None,
    skill: Annotated[Name | None, Query(description="Agents with this skill alone.")] = None,
    as_format: Annotated[
        ReportFormat | None,
        Query(alias="format", description="`json` unless given, or `csv` if the request accepts only that."),
    ] = None,
) -> AdherenceReport:
    """Returns adherence and conformance of each agent with a shift on the day, and the pieces that differ.

    The file has a row for each piece that differs, with its agent's figures, and one for each agent without any.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    day = day or now.astimezone(snapshot.spec.zone).date()
    _check(day)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await figures_of_day(session, snapshot, day, now, None if agent is None else [agent])
    if agent is not None and not found and agent not in snapshot.agents:
        raise UnknownAgent(f"No agent is named {agent!r}.")
    report = _report(snapshot, day, now, _of(snapshot, found, team, skill))
    return _file(report) if wants_csv(request, as_format) else report  # type: ignore[return-value]


@router.get("/now", summary="See who should be where")
async def get_now(caller: Reader, parts: Service) -> WhoIsWhere:
    """Returns for each agent with a shift today the activity of this moment and what the agent is, since when.

    The first are those who do not keep their plan for longer than the grace, the longest first.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    agents = await placed_agents(parts, snapshot, now)
    return WhoIsWhere(at=now, grace_s=snapshot.spec.adherence_grace_s, agents=agents)


async def placed_agents(parts: Parts, snapshot: Snapshot, now: datetime) -> dict[str, PlacedAgent]:
    """Returns where agents should be and are, those who keep their plan least first. Raises DatabaseUnavailable."""
    async with parts.database.transaction() as session:
        found = await agents_now(session, snapshot, now)
    placed = {name: _placed(snapshot, name, one) for name, one in found.items()}
    return dict(sorted(placed.items(), key=lambda item: _order(item[1], now)))


def _order(one: PlacedAgent, now: datetime) -> tuple[bool, float, bool, str]:
    return not one.late, (one.off_since or now).timestamp(), one.planned is None, one.title


def _placed(snapshot: Snapshot, name: str, now: AgentNow) -> PlacedAgent:
    current, following = now.planned, now.following
    return PlacedAgent(
        title=snapshot.agents[name].title,
        planned=current and current.activity.name,
        planned_title=current and _title(snapshot, current),
        planned_until=current and current.ends_at,
        next=following and following.activity.name,
        next_at=following and following.begins_at,
        presence=now.stay.presence,
        reason=now.stay.reason,
        since=now.stay.begins_at,
        off_since=now.off and now.off.since,
        late=now.off is not None and not now.off.forgiven,
    )


def _title(snapshot: Snapshot, piece: Planned) -> str:
    known = snapshot.of(ActivitySpec).get(piece.activity.name)
    return known.title if known else piece.activity.name


def _of(snapshot: Snapshot, found: Mapping[str, Figures], team: str | None, skill: str | None) -> Mapping[str, Figures]:
    """Returns the figures of agents of a team and with a skill, as the configuration has them now."""
    wanted = {
        name
        for name, one in snapshot.agents.items()
        if team in (None, one.team) and (skill is None or skill in one.abilities)
    }
    return {name: one for name, one in found.items() if name in wanted or (team is None and skill is None)}


def _check(day: date) -> None:
    if day.year not in YEARS:
        raise InvalidRequest("`day` must lie between the years 1970 and 2199.")


def _report(snapshot: Snapshot, day: date, now: datetime, found: Mapping[str, Figures]) -> AdherenceReport:
    begins, ends = day_bounds(snapshot, day)
    scheduled, paid = sum(one.scheduled_s for one in found.values()), sum(one.paid_s for one in found.values())
    return AdherenceReport(
        day=day,
        timezone=snapshot.spec.zone.key,
        since=begins,
        until=max(begins, min(ends, now)),
        grace_s=snapshot.spec.adherence_grace_s,
        scheduled_s=scheduled,
        adherence=sum(one.adherent_s for one in found.values()) / scheduled if scheduled else None,
        conformance=sum(one.worked_s for one in found.values()) / paid if paid else None,
        agents=[_agent(snapshot, name, one) for name, one in found.items()],
    )


def _agent(snapshot: Snapshot, name: str, found: Figures) -> AgentAdherence:
    known = snapshot.agents.get(name)
    return AgentAdherence(
        agent=name,
        title=known.title if known else None,
        scheduled_s=found.scheduled_s,
        adherent_s=found.adherent_s,
        adherence=found.adherence,
        paid_s=found.paid_s,
        worked_s=found.worked_s,
        conformance=found.conformance,
        differences=[DifferenceOut.model_validate(one) for one in found.differences],
    )


def _file(report: AdherenceReport) -> Response:
    written = StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(report.lines())
    return Response(written.getvalue(), media_type=f"{CSV}; charset=utf-8")
