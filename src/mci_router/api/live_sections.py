"""Sections of the live picture: how each is read, for all who watch a workspace, and what one key sees of it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import Sight, sight
from mci_router.api.backlog import live_backlog
from mci_router.api.matrix import matrix_of
from mci_router.api.parts import Parts
from mci_router.api.reports import contacts_of, levels_of
from mci_router.api.schemas.incidents import IncidentOut
from mci_router.api.schemas.live import (
    HeldContactOut,
    LiveAdapterOut,
    LiveAgentOut,
    LiveContacts,
    LiveEscalation,
    LiveIncident,
    LiveLevel,
    LiveQueueOut,
    LiveTotals,
)
from mci_router.api.schemas.reports import QueueLevel
from mci_router.api.workforce.adherence import placed_agents
from mci_router.api.workforce.intraday import shown as proposal_shown
from mci_router.clock import from_ms, utc_now
from mci_router.conversations.standing import adapters_now
from mci_router.incidents import store
from mci_router.incidents.counting import counted
from mci_router.insight.goals import ENOUGH, goal_met, queue_state
from mci_router.lifecycle.passing_on.escalations import unconfirmed
from mci_router.models import Escalation
from mci_router.specs.adapters import AdapterSpec
from mci_router.supervision.agents import AgentNow, agents_now
from mci_router.supervision.queues import QueueNow
from mci_router.values import value
from mci_router.vocabulary import ProposalState
from mci_router.workforce.intraday.rounds import proposals

NOW_S, REPORT_S = 1.0, 5.0
"""How often at most the present is read, and what is counted over hours."""

SECTIONS = (
    *("queues", "agents", "totals", "levels", "contacts", "topics", "ladders", "incidents"),
    *("adapters", "escalations", "backlog", "adherence", "moves"),
)
MOST_INCIDENTS = 20  # of each state, the newest
MOST_ESCALATIONS = 50  # the newest
MOST_MOVES = 20

Sections = Mapping[str, Mapping[str, Any]]
"""By name: what is shown, by key."""


@value
class Source:
    """What is read together: the scope that sees it, how often, and whether it depends on the period."""

    scope: Scope
    every_s: float
    read: Callable[[Parts, str, int], Awaitable[Sections]]
    sections: tuple[str, ...]
    of_period: bool = False


async def _queues(parts: Parts, workspace: str, _: int) -> Sections:
    queues = await parts.watch.look(await parts.snapshots.get(workspace))
    return {"queues": {now.queue.name: _queue(number, now) for number, now in enumerate(queues)}}


def _queue(position: int, now: QueueNow) -> dict[str, Any]:
    moment = now.moment
    waited = None if now.oldest_at is None else from_ms(now.oldest_at)
    shown = LiveQueueOut(
        position=position,
        catch_all=now.queue.catch_all,
        is_open=moment.is_open,
        goal=moment.goal,
        target_s=moment.target_s,
        state=queue_state(moment),
        alarms={alarm: from_ms(since) for alarm, since in now.alarms.items()},
        waiting=moment.waiting,
        waiting_late=moment.waiting_late,
        oldest_since=waited,
        expected_wait_s=None if moment.expected_wait_s is None else round(moment.expected_wait_s),
        level=None if moment.level is None else round(moment.level, 4),
        counted=round(moment.counted),
        staffed=moment.staffed,
        idle=now.idle,
        unstaffed=moment.unstaffed,
        unservable=moment.unservable,
    )
    return shown.model_dump(mode="json")


async def _agents(parts: Parts, workspace: str, _: int) -> Sections:
    snapshot = await parts.snapshots.get(workspace)
    agents = await agents_now(parts.engine, parts.database, snapshot)
    presence = await parts.engine.counts(workspace, "presence")
    totals = LiveTotals(presence=presence, agents_left_out=len(snapshot.agents) - len(agents))
    return {
        "agents": {agent.name: agent for agent in agents},
        "totals": {"now": totals.model_dump(mode="json")},
    }


async def _levels(parts: Parts, workspace: str, hours: int) -> Sections:
    until = utc_now()
    report = await levels_of(parts, workspace, until - timedelta(hours=hours), until)
    return {"levels": {level.queue: _level(level) for level in report.queues}}


def _level(level: QueueLevel) -> dict[str, Any]:
    met = None
    if level.goal is not None:
        met = goal_met(level.goal, level.service_level, level.offered, level.waiting, level.waiting_late)
    # What changes with the clock alone is in `queues`.
    facts = level.model_dump() | {"oldest_wait_s": None}
    return LiveLevel(**facts, met=met, judged=level.offered >= ENOUGH).model_dump(mode="json")


async def _backlog(parts: Parts, workspace: str, _: int) -> Sections:
    found = await live_backlog(parts, workspace)
    return {"backlog": {name: one.model_dump(mode="json") for name, one in found.items()}}


async def _contacts(parts: Parts, workspace: str, hours: int) -> Sections:
    until = utc_now()
    report = await contacts_of(parts, workspace, until - timedelta(hours=hours), until)
    shown = LiveContacts(automated=report.automated, counts=report.counts)
    return {"contacts": {"all": shown.model_dump(mode="json")}}


async def _matrix(parts: Parts, workspace: str, _: int) -> Sections:
    matrix = (await matrix_of(parts, workspace)).model_dump(mode="json")
    return {"topics": {topic["topic"]: topic for topic in matrix["topics"]}, "ladders": matrix["ladders"]}


async def _incidents(parts: Parts, workspace: str, _: int) -> Sections:
    shown = {}
    async with parts.database.transaction() as session:
        for state in store.NOT_OVER:
            for incident in await store.incidents(session, workspace, state=state, after=None, limit=MOST_INCIDENTS):
                counts, known = await counted(session, incident), IncidentOut.model_validate(incident).model_dump()
                figures = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
                shown[incident.id] = LiveIncident.model_validate({**known, **figures}).model_dump(mode="json")
    return {"incidents": shown}


async def _adapters(parts: Parts, workspace: str, _: int) -> Sections:
    adapters = (await parts.snapshots.get(workspace)).of(AdapterSpec).values()
    now = await adapters_now(parts.database, workspace, adapters)
    return {"adapters": {one.name: LiveAdapterOut.model_validate(one).model_dump(mode="json") for one in now}}


async def _escalations(parts: Parts, workspace: str, _: int) -> Sections:
    async with parts.database.transaction() as session:
        found = await unconfirmed(session, workspace, MOST_ESCALATIONS)
    return {"escalations": {page.id: (sensitive, _page(page)) for page, sensitive in found}}


def _page(page: Escalation) -> dict[str, Any]:
    people = [str(person["name"]) for person in page.people]
    shown = LiveEscalation(
        contact=page.contact_id,
        severity=page.severity,
        queue=page.queue,
        state=page.state,
        paged=people[page.asked],
        paged_at=page.paged_at,
        next=next(iter(people[page.asked + 1 :]), None),
        due_at=page.due_at,
        since=page.created_at,
    )
    return shown.model_dump(mode="json")


async def _adherence(parts: Parts, workspace: str, _: int) -> Sections:
    placed = await placed_agents(parts, await parts.snapshots.get(workspace), utc_now())
    shown = {name: one for name, one in placed.items() if one.planned is not None}
    return {"adherence": {name: one.model_dump(mode="json") for name, one in shown.items()}}


async def _moves(parts: Parts, workspace: str, _: int) -> Sections:
    snapshot, now = await parts.snapshots.get(workspace), utc_now()
    async with parts.database.transaction() as session:
        found = await proposals(session, workspace, state=ProposalState.PROPOSED, after=None, limit=MOST_MOVES)
    moves = {one.id: proposal_shown(snapshot, one) for one in found if one.ends_at > now}
    return {"moves": {name: one.model_dump(mode="json", by_alias=True) for name, one in moves.items()}}


SOURCES: Mapping[str, Source] = {
    "queues": Source(Scope.METRICS_READ, NOW_S, _queues, ("queues",)),
    "agents": Source(Scope.METRICS_READ, NOW_S, _agents, ("agents", "totals")),
    "levels": Source(Scope.REPORTS_READ, REPORT_S, _levels, ("levels",), of_period=True),
    "backlog": Source(Scope.REPORTS_READ, REPORT_S, _backlog, ("backlog",)),
    "contacts": Source(Scope.REPORTS_READ, REPORT_S, _contacts, ("contacts",), of_period=True),
    "matrix": Source(Scope.REPORTS_READ, REPORT_S, _matrix, ("topics", "ladders")),
    "adapters": Source(Scope.METRICS_READ, NOW_S, _adapters, ("adapters",)),
    "incidents": Source(Scope.INCIDENTS_READ, REPORT_S, _incidents, ("incidents",)),
    "adherence": Source(Scope.WORKFORCE_READ, REPORT_S, _adherence, ("adherence",)),
    "moves": Source(Scope.WORKFORCE_READ, REPORT_S, _moves, ("moves",)),
    "escalations": Source(Scope.CONTACTS_READ, NOW_S, _escalations, ("escalations",)),
}


def pages_seen_by(caller: Caller, pages: Mapping[str, tuple[bool, dict[str, Any]]]) -> dict[str, Any]:
    """Returns the escalations whose contacts the caller may read."""
    return {
        name: page for name, (sensitive, page) in pages.items() if sight(caller, sensitive=sensitive) is Sight.WHOLE
    }


def seen_by(caller: Caller, agent: AgentNow) -> dict[str, Any]:
    """Returns what the caller sees of an agent: all but the contacts that its key may not read."""
    contacts = [
        HeldContactOut.model_validate(held)
        for held in agent.contacts
        if sight(caller, sensitive=held.sensitive) is Sight.WHOLE
    ]
    facts = {name: getattr(agent, name) for name in LiveAgentOut.model_fields if name not in ("holds", "contacts")}
    return LiveAgentOut(**facts, holds=len(agent.contacts), contacts=contacts).model_dump(mode="json")
