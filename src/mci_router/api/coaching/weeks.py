"""Agents' weeks and months: figures beside the cohort, drawn conversations, reviews, actions."""

from typing import Annotated

from fastapi import Path

from mci_router.api.auditing import noted
from mci_router.api.coaching import shown
from mci_router.api.coaching.asked import AgentName, By, Reader, Writer, masked_by, named, snapshot_with, view_of
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.coaching import ActionIn, ActionOut, AgentMonthOut, AgentWeekOut
from mci_router.coaching import calendar
from mci_router.coaching.actions import Agreeing
from mci_router.vocabulary import CohortKind

router = Router(prefix="/v1/coaching/agents", tags=["coaching"], responses=RESPONSES)

Week = Annotated[str, Path(max_length=8, description="A week of ISO 8601.", examples=["2026-W45"])]
Month = Annotated[str, Path(max_length=7, description="A month.", examples=["2026-11"])]


@router.get("/{name}/weeks/{week}", summary="Read an agent's week")
async def get_coaching_week(
    name: AgentName, week: Week, caller: Reader, parts: Service, by: By = CohortKind.TEAM
) -> AgentWeekOut:
    """Returns the agent's figures beside those of the cohort, the conversations that were drawn, the reviews of them,
    and what was agreed.

    Nobody can choose what is drawn. Sensitive conversations are shown only to keys with `contacts:sensitive`.
    """
    period, view = named(calendar.week, week, "path.week"), view_of(caller, by)
    snapshot = await snapshot_with(parts, caller, name)
    async with parts.heavy.taken(caller.workspace_id):
        return shown.week(await parts.coaching.reading.week(snapshot, name, period, view), view)


@router.get("/{name}/months/{month}", summary="Read an agent's month")
async def get_coaching_month(
    name: AgentName, month: Month, caller: Reader, parts: Service, by: By = CohortKind.TEAM
) -> AgentMonthOut:
    """Returns the month's figures beside those of the cohort, its weeks, the reviews of them, and what was agreed."""
    period, view = named(calendar.month, month, "path.month"), view_of(caller, by)
    snapshot = await snapshot_with(parts, caller, name)
    async with parts.heavy.taken(caller.workspace_id):
        return shown.month(await parts.coaching.reading.month(snapshot, name, period, view), view)


@router.post("/{name}/weeks/{week}/actions", status_code=201, summary="Agree an action with an agent")
async def post_action(name: AgentName, week: Week, body: ActionIn, caller: Writer, parts: Service) -> ActionOut:
    """Keeps what was agreed about a week, until when, and who agreed."""
    period = named(calendar.week, week, "path.week")
    snapshot = await snapshot_with(parts, caller, name)
    said = masked_by(snapshot)
    people = [said(one) for one in body.agreed_by]
    wanted = Agreeing(period, said(body.text), body.due_on, people, caller.name)
    note = noted(caller, "action.agreed", name, None)
    made = await parts.coaching.actions.agree(caller.workspace_id, snapshot.generations[name], wanted, note)
    return shown.action(made, name)
