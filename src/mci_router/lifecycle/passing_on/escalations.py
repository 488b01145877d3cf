"""Escalations that find nobody at work: a person is paged, the backup follows, and what nobody confirms is alarmed.

The ledger keeps who was paged. Any process takes the next step of an escalation, under the lock of its row, and
journals what the journal does not have yet: so each person is paged exactly once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import NobodyWorks, NotFound, UnknownPerson, WrongState
from mci_router.ids import new_id
from mci_router.lifecycle.lines.working import anybody_works, route_where_somebody_works
from mci_router.models import Contact, Escalation
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found
from mci_router.routing.policy.passing import Passing, escalation_route, refuse_unservable, urgent_routes
from mci_router.routing.policy.routes import Route
from mci_router.specs.people import Person, to_page
from mci_router.specs.resources import EscalationSpec
from mci_router.vocabulary import FINAL_STATES, ContactState, PageState, Severity

BATCH = 100
PAGE, ACKNOWLEDGED, UNACKNOWLEDGED = "page", "acknowledged", "unacknowledged"
"""What is journalled, as the events are called."""

PENDING = """EXISTS (SELECT FROM escalations WHERE due_at <= now()) OR EXISTS (
  SELECT FROM escalations WHERE untold <> '{}')
"""

UNCONFIRMED = (PageState.PAGING, PageState.UNACKNOWLEDGED)
WITH_AN_AGENT = (ContactState.ASSIGNED, ContactState.WAITING_FOR_CUSTOMER, ContactState.WRAPPING_UP)


async def route_and_people(
    engine: Engine, passing: Passing, severity: Severity, *, force: bool
) -> tuple[Route, Sequence[Person]]:
    """Returns where an escalation goes, and whom to page: nobody if somebody works there, or the row of the matrix has
    no people.

    Raises UnknownSeverity; NobodyCanServe, and NobodyWorks for a P1 whose row has no people, unless `force`;
    EngineUnavailable.
    """
    route = await _route(engine, passing, severity, force=force)
    row, workspace = passing.snapshot.escalations[severity], passing.snapshot.workspace_id
    if not row.contacts or await anybody_works(engine, workspace, route, passing.facts.channel):
        return route, ()
    people = to_page(row.contacts, row.rota, passing.now)
    return replace(route, reasons=(*route.reasons, f"nobody works there now: {people[0].name} is paged")), people


async def _route(engine: Engine, passing: Passing, severity: Severity, *, force: bool) -> Route:
    route = escalation_route(passing, severity)
    if force:
        return route
    routes = list(urgent_routes(passing, severity)) if severity is Severity.P1 else []
    if not routes:
        refuse_unservable(route, len(passing.snapshot.staffing))
    if severity is not Severity.P1:
        return route
    try:
        return await route_where_somebody_works(engine, passing, routes, severity)
    except NobodyWorks:
        if not passing.snapshot.escalations[severity].contacts:
            raise
        return route  # it waits there, and somebody is paged


async def begin(
    session: AsyncSession, contact: Contact, row: EscalationSpec, people: Sequence[Person], now: datetime
) -> Escalation:
    """Begins to page for an escalated contact, in the transaction that escalates it; an earlier one of it is over."""
    earlier = Escalation.workspace_id == contact.workspace_id, Escalation.contact_id == contact.id
    over = update(Escalation).where(*earlier, Escalation.state == PageState.PAGING)
    await session.execute(over.values(state=PageState.OVER, due_at=None))
    made = Escalation(
        id=new_id("escalation"),
        workspace_id=contact.workspace_id,
        contact_id=contact.id,
        severity=row.name,
        queue=row.queue,
        state=PageState.PAGING,
        people=[person.reached_by for person in people],
        asked=0,
        acknowledge_s=row.acknowledge_s,
        paged_at=now,
        due_at=now + timedelta(seconds=row.acknowledge_s),
        untold=[f"{PAGE}:0"],
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


class Escalations:
    """Pages the people of escalations, and takes their word."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Takes the steps that are due, and journals what the journal does not have.

        Raises:
            EngineUnavailable: a shard is away; raised after those of all others are journalled.
        """
        async with self._database.transaction() as session:
            await _step(session, utc_now())
        untold = select(Escalation.workspace_id).where(Escalation.untold != [])
        await each_found(self._database, untold, self._journal)

    async def _journal(self, workspace: str) -> None:
        async with self._database.transaction() as session:
            for escalation in await _untold(session, workspace):
                for event in escalation.untold:
                    what, place = event.split(":")
                    data = _journalled(escalation, int(place))
                    await self._engine.journal_escalation(workspace, what, escalation.id, data, command=event)
                escalation.untold = []

    async def acknowledge(self, workspace: str, escalation_id: str, person: str | None, note: Note) -> Escalation:
        """Takes the word of somebody who was paged: no further person is. Idempotent, also after the alarm.

        `person`: None for the one who was paged last.

        Raises:
            NotFound, WrongState: there is no such escalation, or it is over.
            UnknownPerson: nobody of that name was paged.
        """
        async with self._database.transaction() as session:
            found = await _one(session, workspace, escalation_id, lock=True)
            if found.state is PageState.ACKNOWLEDGED:
                return found
            if found.state is PageState.OVER:
                raise WrongState(
                    "The escalation is over: an agent has the contact, or it has ended.", state=found.state
                )
            paged = [str(one["name"]) for one in found.people[: found.asked + 1]]
            if person is not None and person not in paged:
                raise UnknownPerson(f"{person!r} was not paged for this escalation, but {', '.join(paged)}.")
            by, before = person or paged[-1], {"state": found.state}
            found.state, found.acknowledged_at, found.acknowledged_by = PageState.ACKNOWLEDGED, utc_now(), by
            found.due_at, found.untold = None, [*found.untold, f"{ACKNOWLEDGED}:{paged.index(by)}"]
            await note.record(session, before, {"state": found.state, "person": by})
            return found

    async def read(self, workspace: str, escalation_id: str, *, sensitive: bool) -> Escalation:
        """Returns an escalation; without `sensitive` not that of a sensitive contact. Raises NotFound."""
        async with self._database.transaction() as session:
            found = await _one(session, workspace, escalation_id, lock=False)
            contact = await session.get(Contact, found.contact_id)
        if contact and contact.sensitive and not sensitive:
            raise _not_found(escalation_id)
        return found

    async def newest(
        self, workspace: str, *, state: PageState | None, sensitive: bool, after: str | None, limit: int
    ) -> Sequence[Escalation]:
        """Returns escalations, newest first: those older than the escalation `after`."""
        query = (
            select(Escalation)
            .join(Contact, Contact.id == Escalation.contact_id)
            .where(Escalation.workspace_id == workspace)
        )
        query = query if sensitive else query.where(Contact.sensitive.is_(False))
        query = query.where(Escalation.state == state) if state else query
        query = query.where(Escalation.id < after) if after else query
        async with self._database.transaction() as session:
            return (await session.scalars(query.order_by(Escalation.id.desc()).limit(limit))).all()


async def open_pages(session: AsyncSession, workspace: str) -> dict[str, int]:
    """Returns how many escalations nobody has confirmed, and no agent has: by `paging` and `unacknowledged`."""
    query = _unconfirmed(workspace).with_only_columns(Escalation.state, func.count()).group_by(Escalation.state)
    counts: dict[str, int] = dict.fromkeys(UNCONFIRMED, 0)
    for state, count in await session.execute(query):
        counts[state] = count
    return counts


async def unconfirmed(session: AsyncSession, workspace: str, limit: int) -> Sequence[tuple[Escalation, bool]]:
    """Returns the escalations that nobody has confirmed, and no agent has, newest first, with whether the contact is
    sensitive.
    """
    query = _unconfirmed(workspace).with_only_columns(Escalation, Contact.sensitive)
    return [
        (page, sensitive)
        for page, sensitive in await session.execute(query.order_by(Escalation.id.desc()).limit(limit))
    ]


def _unconfirmed(workspace: str) -> Select[Any]:
    return (
        select(Escalation)
        .join(Contact, Contact.id == Escalation.contact_id)
        .where(Escalation.workspace_id == workspace, Escalation.state.in_(UNCONFIRMED))
        .where(Contact.state.not_in((*FINAL_STATES, *WITH_AN_AGENT)))
    )


async def _step(session: AsyncSession, now: datetime) -> None:
    """Pages the next person of every escalation that is due; after the last one it is alarmed."""
    due = select(Escalation).where(Escalation.due_at <= now).order_by(Escalation.due_at).limit(BATCH)
    for escalation in await session.scalars(due.with_for_update(skip_locked=True)):
        contact = await session.get(Contact, escalation.contact_id)
        if contact is None or contact.state in FINAL_STATES or contact.state in WITH_AN_AGENT:
            escalation.state, escalation.due_at = PageState.OVER, None
        elif escalation.asked + 1 < len(escalation.people):
            escalation.asked, escalation.paged_at = escalation.asked + 1, now
            escalation.due_at = now + timedelta(seconds=escalation.acknowledge_s)
            escalation.untold = [*escalation.untold, f"{PAGE}:{escalation.asked}"]
        else:
            escalation.state, escalation.due_at, escalation.unacknowledged_at = PageState.UNACKNOWLEDGED, None, now
            escalation.untold = [*escalation.untold, f"{UNACKNOWLEDGED}:{escalation.asked}"]
    await session.flush()


async def _untold(session: AsyncSession, workspace: str) -> Sequence[Escalation]:
    query = select(Escalation).where(Escalation.workspace_id == workspace, Escalation.untold != [])
    locked = query.order_by(Escalation.id).limit(BATCH).with_for_update(skip_locked=True)
    return (await session.scalars(locked)).all()


async def _one(session: AsyncSession, workspace: str, escalation_id: str, *, lock: bool) -> Escalation:
    query = select(Escalation).where(Escalation.workspace_id == workspace, Escalation.id == escalation_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise _not_found(escalation_id)
    return found


def _not_found(escalation_id: str) -> NotFound:
    return NotFound(f"There is no escalation {escalation_id!r} in this workspace for which somebody was paged.")


def _journalled(escalation: Escalation, place: int) -> dict[str, Any]:
    """Returns what the journal says: the person at that place, and who follows."""
    following = escalation.people[place + 1 : place + 2]
    return {
        "contact_id": escalation.contact_id,
        "severity": escalation.severity,
        "queue_name": escalation.queue,
        "person": escalation.people[place],
        **({"backup": following[0]} if following else {}),
    }
