"""Incidents in the ledger: made, declared, updated, fixed, dismissed and read.

Every change of a workspace's incidents takes the workspace's row first, so that they come one after the other; contacts
need not wait. A change is noted as `untold`, and told to the journal by `telling`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound, StatusMissing, TooManyIncidents, WrongState
from mci_router.ids import new_id
from mci_router.incidents.coverage import refuse
from mci_router.models import Incident, IncidentUpdate, Workspace
from mci_router.models.precondition import ALWAYS, Precondition
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentSource, IncidentState, Severity

MOST_AT_ONCE = 100  # proposed and open in a workspace: every contact is looked at against each that is open
MOST_UPDATES = (
    500  # of an incident: a monitor that changes its mind every minute must not tell every customer each time for ever
)
NOT_OVER = (IncidentState.PROPOSED, IncidentState.OPEN)
PATCHED = ("title", "severity", "topics", "services", "regions", "status", "expected_fix_at")
STATUS, FIXED = "status", "fixed"
"""Kinds of updates."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident as somebody describes it."""

    title: str
    severity: Severity = Severity.P2
    topics: Sequence[str] = ()
    services: Sequence[str] = ()
    regions: Sequence[str] = ()
    status: Mapping[str, str] = field(default_factory=dict)
    expected_fix_at: datetime | None = None


async def lock_workspace(session: AsyncSession, workspace: str) -> None:
    """One change of a workspace's incidents at a time."""
    await session.execute(select(Workspace.id).where(Workspace.id == workspace).with_for_update(key_share=True))


async def incident(session: AsyncSession, workspace: str, incident_id: str, *, lock: bool = False) -> Incident:
    """The incident, locked against other changes if asked for. Raises NotFound."""
    query = select(Incident).where(Incident.workspace_id == workspace, Incident.id == incident_id)
    found = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    if found is None:
        raise NotFound(f"There is no incident {incident_id!r} in this workspace.")
    return found


async def incidents(
    session: AsyncSession, workspace: str, *, state: IncidentState | None, after: str | None, limit: int
) -> Sequence[Incident]:
    """Incidents, newest first, older than the incident `after`."""
    query = select(Incident).where(Incident.workspace_id == workspace).order_by(Incident.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Incident.state == state)
    if after is not None:
        query = query.where(Incident.id < after)
    return (await session.scalars(query)).all()


async def updates(session: AsyncSession, incident_id: str, *, limit: int = 200) -> Sequence[IncidentUpdate]:
    """What the subscribers were told, newest first."""
    query = (
        select(IncidentUpdate).where(IncidentUpdate.incident_id == incident_id).order_by(IncidentUpdate.number.desc())
    )
    return (await session.scalars(query.limit(limit))).all()


async def make(
    session: AsyncSession, snapshot: Snapshot, draft: Draft, source: IncidentSource, **more: Any
) -> Incident:
    """A proposed incident. The caller holds the workspace's row.

    Raises TooManyIncidents, and what `coverage.refuse` raises.
    """
    refuse(snapshot.topics, draft.topics, draft.services, draft.regions)
    workspace, now = snapshot.workspace_id, utc_now()
    held = (
        select(func.count())
        .select_from(Incident)
        .where(Incident.workspace_id == workspace, Incident.state.in_(NOT_OVER))
    )
    if (await session.scalar(held) or 0) >= MOST_AT_ONCE:
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
        **{name: _plain(getattr(draft, name)) for name in PATCHED},
        **more,
    )
    session.add(made)
    await session.flush()
    return made


async def change(
    session: AsyncSession, snapshot: Snapshot, found: Incident, wanted: Draft, *, precondition: Precondition = ALWAYS
) -> None:
    """Describes an incident that is not over anew. Nobody is told: what subscribers are to hear is an update.

    Raises VersionMismatch, WrongState, and what `coverage.refuse` raises.
    """
    precondition.check(found.version)
    _must_be(found, *NOT_OVER)
    refuse(snapshot.topics, wanted.topics, wanted.services, wanted.regions)
    if found.state is IncidentState.OPEN:
        _status(snapshot, wanted.status)
    if all(getattr(found, name) == _plain(getattr(wanted, name)) for name in PATCHED):
        return
    for name in PATCHED:
        setattr(found, name, _plain(getattr(wanted, name)))
    await _changed(session, found, "updated")


async def declare(session: AsyncSession, snapshot: Snapshot, found: Incident) -> None:
    """Opens a proposed incident: from now on it answers contacts.

    Raises WrongState, StatusMissing, and what `coverage.refuse` raises.
    """
    _must_be(found, IncidentState.PROPOSED)
    refuse(snapshot.topics, found.topics, found.services, found.regions)
    found.status = _status(snapshot, found.status)
    found.state, found.declared_at = IncidentState.OPEN, utc_now()
    await _changed(session, found, "declared")


async def update(
    session: AsyncSession, found: Incident, status: Mapping[str, str], *, expected_fix_at: datetime | None
) -> IncidentUpdate:
    """A new status of an open incident: contacts are answered with it from now on, and every subscriber is told.

    Raises WrongState.
    """
    _must_be(found, IncidentState.OPEN)
    if found.updates >= MOST_UPDATES:
        raise WrongState(
            f"The incident has had {found.updates} updates. Fix it, and declare another.", state=found.state
        )
    found.status, found.expected_fix_at = dict(status), expected_fix_at or found.expected_fix_at
    made = _add_update(session, found, STATUS, status)
    await _changed(session, found, "updated")
    return made


async def fix(session: AsyncSession, found: Incident, status: Mapping[str, str]) -> None:
    """What is broken is fixed: the incident answers no more contacts, and every subscriber is told.

    Raises WrongState.
    """
    _must_be(found, IncidentState.OPEN)
    _add_update(session, found, FIXED, status)
    found.state, found.fixed_at = IncidentState.FIXED, utc_now()
    await _changed(session, found, "fixed")


async def dismiss(session: AsyncSession, found: Incident) -> None:
    """A proposed incident is none. Raises WrongState: one that is open has subscribers, who are told by its fix."""
    _must_be(found, IncidentState.PROPOSED)
    found.state, found.dismissed_at = IncidentState.DISMISSED, utc_now()
    await _changed(session, found, "dismissed")


def untold(what: str, version: int) -> str:
    """A change that the journal is to be told of: what it was, and the version it made."""
    return f"{what}:{version}"


def draft_of(found: Incident) -> Draft:
    """An incident as it was last described."""
    return Draft(**{name: getattr(found, name) for name in PATCHED})


def _must_be(found: Incident, *states: IncidentState) -> None:
    if found.state not in states:
        wanted = " or ".join(states)
        hint = ": `fix` ends it, and tells its subscribers" if found.state is IncidentState.OPEN else ""
        raise WrongState(f"The incident is {found.state}: this needs one that is {wanted}{hint}.", state=found.state)


def _status(snapshot: Snapshot, status: Mapping[str, str]) -> dict[str, str]:
    """What customers are told. Raises StatusMissing."""
    told = dict(status or snapshot.spec.incident_status)
    if not told:
        raise StatusMissing
    return told


def _add_update(session: AsyncSession, found: Incident, kind: str, status: Mapping[str, str]) -> IncidentUpdate:
    found.updates += 1
    made = IncidentUpdate(
        incident_id=found.id,
        workspace_id=found.workspace_id,
        number=found.updates,
        kind=kind,
        status=dict(status),
        expected_fix_at=found.expected_fix_at,
        created_at=utc_now(),
    )
    session.add(made)
    return made


async def _changed(session: AsyncSession, found: Incident, what: str) -> None:
    found.version, found.updated_at = found.version + 1, utc_now()
    found.untold = [*found.untold, untold(what, found.version)]
    await session.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
