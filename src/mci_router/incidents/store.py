"""Incidents in the ledger: made, declared, updated, fixed, dismissed and read.

Every change of a workspace's incidents first locks the workspace's row, so that they come one after the other; contacts
need not wait. A change is kept as `untold` until `journalling` has written it to the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound, StatusMissing, TooManyIncidents, WrongState
from mci_router.ids import new_id
from mci_router.incidents.coverage import refuse
from mci_router.models import Incident, IncidentSubscription, IncidentUpdate, Workspace
from mci_router.models.precondition import ALWAYS, Precondition
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import IncidentSource, IncidentState, Severity

MOST_AT_ONCE = 100  # proposed and open in a workspace: every contact is looked at against each that is open
MOST_UPDATES = 500  # of an incident: a monitor whose status changes every minute must not message customers for ever
NOT_OVER = (IncidentState.PROPOSED, IncidentState.OPEN)
DESCRIBED = ("title", "severity", "topics", "services", "regions", "status", "expected_fix_at")
PATCHED = (*DESCRIBED, "starts_at", "ends_at")
STATUS, FIXED, REOPENED = "status", "fixed", "reopened"
"""Kinds of updates."""


@value
class IncidentDraft:
    """An incident as somebody describes it."""

    title: str
    severity: Severity = Severity.P2
    topics: Sequence[str] = ()
    services: Sequence[str] = ()
    regions: Sequence[str] = ()
    status: Mapping[str, str] = field(default_factory=dict)
    expected_fix_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


async def lock_workspace(session: AsyncSession, workspace: str) -> None:
    """Locks the workspace, so that its incidents are changed one at a time."""
    await session.execute(select(Workspace.id).where(Workspace.id == workspace).with_for_update(key_share=True))


async def incident(session: AsyncSession, workspace: str, incident_id: str, *, lock: bool = False) -> Incident:
    """Returns the incident, locked against other changes if `lock` is set. Raises NotFound."""
    query = select(Incident).where(Incident.workspace_id == workspace, Incident.id == incident_id)
    found = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    if found is None:
        raise NotFound(f"There is no incident {incident_id!r} in this workspace.")
    return found


async def incidents(
    session: AsyncSession, workspace: str, *, state: IncidentState | None, after: str | None, limit: int
) -> Sequence[Incident]:
    """Returns up to `limit` incidents, newest first: those older than the incident `after`."""
    query = select(Incident).where(Incident.workspace_id == workspace).order_by(Incident.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Incident.state == state)
    if after is not None:
        query = query.where(Incident.id < after)
    return (await session.scalars(query)).all()


async def updates(session: AsyncSession, incident_id: str, *, limit: int = 200) -> Sequence[IncidentUpdate]:
    """Returns the updates that subscribers get, newest first."""
    query = (
        select(IncidentUpdate).where(IncidentUpdate.incident_id == incident_id).order_by(IncidentUpdate.number.desc())
    )
    return (await session.scalars(query.limit(limit))).all()


async def make(
    session: AsyncSession, snapshot: Snapshot, draft: IncidentDraft, source: IncidentSource, **more: Any
) -> Incident:
    """Makes a proposed incident. The caller has locked the workspace.

    Raises TooManyIncidents, and what `coverage.refuse` raises.
    """
    refuse(snapshot.topics, draft.topics, draft.services, draft.regions)
    workspace, now = snapshot.workspace_id, utc_now()
    count = (
        select(func.count())
        .select_from(Incident)
        .where(Incident.workspace_id == workspace, Incident.state.in_(NOT_OVER))
    )
    if (await session.scalar(count) or 0) >= MOST_AT_ONCE:
        raise TooManyIncidents
    made = Incident(
        id=new_id("incident"),
        workspace_id=workspace,
        version=1,
        state=IncidentState.PROPOSED,
        source=source,
        created_at=now,
        updated_at=now,
        updates=0,
        untold=[untold("proposed", 1)],
        **{name: plain(getattr(draft, name)) for name in PATCHED},
        **more,
    )
    session.add(made)
    await session.flush()
    return made


async def change(
    session: AsyncSession,
    snapshot: Snapshot,
    incident: Incident,
    wanted: IncidentDraft,
    *,
    precondition: Precondition = ALWAYS,
) -> None:
    """Changes the description of an incident that is not over. Subscribers get no message: `update` sends them one.

    Raises VersionMismatch, WrongState, and what `coverage.refuse` raises.
    """
    precondition.check(incident.version)
    _must_be(incident, *NOT_OVER)
    refuse(snapshot.topics, wanted.topics, wanted.services, wanted.regions)
    if incident.state is IncidentState.OPEN:
        _status(snapshot, wanted.status)
    if all(getattr(incident, name) == plain(getattr(wanted, name)) for name in PATCHED):
        return
    for name in PATCHED:
        setattr(incident, name, plain(getattr(wanted, name)))
    await _changed(session, incident, "updated")


async def declare(session: AsyncSession, snapshot: Snapshot, incident: Incident) -> None:
    """Opens a proposed incident: from now on it answers contacts.

    Raises WrongState, StatusMissing, and what `coverage.refuse` raises.
    """
    _must_be(incident, IncidentState.PROPOSED)
    refuse(snapshot.topics, incident.topics, incident.services, incident.regions)
    incident.status = _status(snapshot, incident.status)
    incident.state, incident.declared_at = IncidentState.OPEN, utc_now()
    await _changed(session, incident, "declared")


async def update(
    session: AsyncSession, incident: Incident, status: Mapping[str, str], *, expected_fix_at: datetime | None
) -> IncidentUpdate:
    """Sets a new status of an open incident: it answers contacts from now on, and every subscriber gets it once.

    Raises WrongState.
    """
    _must_be(incident, IncidentState.OPEN)
    if incident.updates >= MOST_UPDATES:
        raise WrongState(
            f"The incident has had {incident.updates} updates. Fix it, and declare another.", state=incident.state
        )
    incident.status, incident.expected_fix_at = dict(status), expected_fix_at or incident.expected_fix_at
    made = _add_update(session, incident, STATUS, status)
    await _changed(session, incident, "updated")
    return made


async def fix(
    session: AsyncSession, incident: Incident, status: Mapping[str, str], *, news_at: datetime | None = None
) -> None:
    """Fixes an incident: it stops answering contacts, and every subscriber gets the news once, at `news_at` or at once.

    Raises WrongState.
    """
    _must_be(incident, IncidentState.OPEN)
    _add_update(session, incident, FIXED, status).due_at = news_at
    incident.state, incident.fixed_at = IncidentState.FIXED, utc_now()
    await _changed(session, incident, "fixed")


async def reopen(session: AsyncSession, snapshot: Snapshot, incident: Incident) -> None:
    """Opens an incident again that was fixed: it answers contacts, and subscribers who heard of the fix get the news.

    Raises WrongState, StatusMissing, and what `coverage.refuse` raises.
    """
    _must_be(incident, IncidentState.FIXED)
    refuse(snapshot.topics, incident.topics, incident.services, incident.regions)
    incident.status = _status(snapshot, incident.status)
    if not await _withdrawn(session, incident):
        _add_update(session, incident, REOPENED, incident.status)
    incident.state, incident.fixed_at, incident.reopened_at = IncidentState.OPEN, None, utc_now()
    await _changed(session, incident, "reopened")


async def _withdrawn(session: AsyncSession, incident: Incident) -> bool:
    """Withdraws the news of a fix that is not due yet. Returns False if there is none, or somebody has had it."""
    query = select(IncidentUpdate).where(
        IncidentUpdate.workspace_id == incident.workspace_id,
        IncidentUpdate.incident_id == incident.id,
        IncidentUpdate.number == incident.updates,
        IncidentUpdate.due_at > utc_now(),
    )
    last = await session.scalar(query)
    mine = IncidentSubscription.incident_id == incident.id
    had = select(IncidentSubscription.contact_id).where(mine, IncidentSubscription.settled_update >= incident.updates)
    if last is None or await session.scalar(had.limit(1)):
        return False
    await session.delete(last)
    incident.updates -= 1
    return True


async def dismiss(session: AsyncSession, incident: Incident) -> None:
    """Dismisses a proposed incident. Raises WrongState: an open one has subscribers, so that only `fix` ends it."""
    _must_be(incident, IncidentState.PROPOSED)
    incident.state, incident.dismissed_at = IncidentState.DISMISSED, utc_now()
    await _changed(session, incident, "dismissed")


def untold(what: str, version: int) -> str:
    """Returns a change that the journal does not have yet: what it was, and the version it made."""
    return f"{what}:{version}"


def draft_of(incident: Incident) -> IncidentDraft:
    """Returns the description of an incident, as it was last changed."""
    return IncidentDraft(**{name: getattr(incident, name) for name in PATCHED})


def _must_be(incident: Incident, *states: IncidentState) -> None:
    if incident.state not in states:
        wanted = " or ".join(states)
        hint = ": `fix` ends it, and informs its subscribers" if incident.state is IncidentState.OPEN else ""
        raise WrongState(
            f"The incident is {incident.state}: this needs one that is {wanted}{hint}.", state=incident.state
        )


def _status(snapshot: Snapshot, status: Mapping[str, str]) -> dict[str, str]:
    """Returns the text for customers, by language: the incident's, or else the workspace's. Raises StatusMissing."""
    text = dict(status or snapshot.spec.incident_status)
    if not text:
        raise StatusMissing
    return text


def _add_update(session: AsyncSession, incident: Incident, kind: str, status: Mapping[str, str]) -> IncidentUpdate:
    incident.updates += 1
    made = IncidentUpdate(
        incident_id=incident.id,
        workspace_id=incident.workspace_id,
        number=incident.updates,
        kind=kind,
        status=dict(status),
        expected_fix_at=incident.expected_fix_at,
        created_at=utc_now(),
    )
    session.add(made)
    return made


async def _changed(session: AsyncSession, incident: Incident, what: str) -> None:
    incident.version, incident.updated_at = incident.version + 1, utc_now()
    incident.untold = [*incident.untold, untold(what, incident.version)]
    await session.flush()


def plain(value: Any) -> Any:
    """Returns the value as a column takes it."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
