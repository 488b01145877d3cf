"""Agents at this moment: by name, their presence and since when, and what each of them has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mci_router.clock import from_ms
from mci_router.database import Database
from mci_router.models import Contact
from mci_router.routing.calls import queue_of
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Channel, ContactState, Presence

MOST_AGENTS = 1_000
"""By name: as many as a person can look at, and far more. How many are left out is said."""

UNREACHABLE, SUSPENDED = "unreachable", "suspended"


@value
class Held:
    """A contact that an agent is offered, serves, has parked or wraps up, since when it is so.

    `transferring`: another agent is asked to take it over. Whether it is `sensitive` decides who may see it.
    """

    id: str
    state: ContactState
    since: datetime | None
    queue: str | None
    channel: Channel
    topic: str | None
    sensitive: bool
    urgent: bool
    transferring: bool
    interrupted: bool


@value
class AgentNow:
    """An agent at one moment. `presence` is `unreachable` for one who is signed in without a desk, else `suspended` for
    one who is that, and `suspended` says so in any case.

    `idle_since`: serves nobody since then. `aside_for`: kept for a contact of this queue that fits nowhere, since
    `aside_since`.
    """

    name: str
    title: str
    presence: str
    reason: str
    suspended: bool
    since: datetime | None
    idle_since: datetime | None
    aside_for: str | None
    aside_since: datetime | None
    used: int
    units: int
    contacts: Sequence[Held]


async def agents_now(engine: Engine, database: Database, snapshot: Snapshot) -> list[AgentNow]:
    """Returns the agents by name, at most `MOST_AGENTS`. Raises EngineUnavailable, DatabaseUnavailable."""
    specs = [snapshot.agents[name] for name in sorted(snapshot.agents)[:MOST_AGENTS]]
    records = await engine.agent_records(snapshot.workspace_id, [spec.name for spec in specs])
    held = await _held(engine, database, snapshot.workspace_id, {id_ for _, ids in records for id_ in ids})
    return [
        _agent(spec, record, [(held[id_], spec.name) for id_ in ids if id_ in held])
        for spec, (record, ids) in zip(specs, records, strict=True)
    ]


async def _held(
    engine: Engine, database: Database, workspace: str, ids: Iterable[str]
) -> dict[str, tuple[LiveContact, Any]]:
    """Returns each contact as the live state has it, with what the ledger knows of it."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    lives = await engine.contacts(workspace, wanted)
    query = select(Contact.id, Contact.channel, Contact.topic, Contact.sensitive, Contact.urgent)
    async with database.transaction() as session:
        found = await session.execute(query.where(Contact.workspace_id == workspace, Contact.id.in_(wanted)))
        rows = {row.id: row for row in found}
    return {id_: (live, rows[id_]) for id_, live in zip(wanted, lives, strict=True) if live is not None and id_ in rows}


def _agent(spec: AgentSpec, record: Mapping[str, Any], held: Sequence[tuple[tuple[LiveContact, Any], str]]) -> AgentNow:
    return AgentNow(
        name=spec.name,
        title=spec.title,
        presence=_presence(record),
        reason=record.get("reason", ""),
        suspended="suspended" in record,
        since=_moment(record, "presence_since"),
        idle_since=_moment(record, "idle_since") if record.get("holds") == "0" else None,
        aside_for=queue_of(record["aside"]) if record.get("aside") else None,
        aside_since=_moment(record, "aside_since"),
        used=int(record.get("used", 0)),
        units=spec.capacity.units,
        contacts=[_contact(live, row, agent) for (live, row), agent in held],
    )


def _presence(record: Mapping[str, Any]) -> str:
    """Returns the presence as the live state counts it."""
    wants: str = record.get("wants", Presence.OFFLINE)
    if wants == Presence.OFFLINE:
        return wants
    if record.get("reachable") != "1":
        return UNREACHABLE
    return SUSPENDED if "suspended" in record else wants


def _contact(live: LiveContact, row: Any, agent: str) -> Held:
    asked = live.offered_to == agent
    since = {
        ContactState.ASSIGNED: live.answered_at,
        ContactState.WAITING_FOR_CUSTOMER: live.parked_at,
        ContactState.WRAPPING_UP: live.handled_at,
    }
    return Held(
        id=row.id,
        state=ContactState.OFFERED if asked else live.state,
        since=None if asked else since.get(live.state),
        queue=live.queue,
        channel=row.channel,
        topic=row.topic,
        sensitive=row.sensitive,
        urgent=row.urgent,
        transferring=live.transferring and not asked,
        interrupted=live.interrupted,
    )


def _moment(record: Mapping[str, Any], field: str) -> datetime | None:
    return from_ms(record[field]) if record.get(field) else None
