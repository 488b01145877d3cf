"""Monitors: other systems that see an incident first, and say so by alerts that they sign."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import IdempotencyKeyReused, NotFound, SignatureRefused, TooManyMonitors
from mci_router.ids import new_id
from mci_router.incidents import store
from mci_router.models import IdempotencyKey, Incident, Monitor
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentSource, IncidentState
from mci_router.webhooks.signing import new_secret, signed

MOST = 50  # a workspace: each is a system, not a check of one
TOLERANCE = timedelta(minutes=5)  # what Standard Webhooks advise: a recorded alert cannot be played back later
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Headers:
    """What an alert says of itself, as it came: nothing of it is trusted."""

    id: str | None
    timestamp: str | None
    signature: str | None


@dataclass(frozen=True, slots=True)
class Alert:
    """What a monitor says. `name` is its own name for what is broken; `fixed`: it is no more."""

    name: str
    fixed: bool
    draft: store.Draft


async def make(session: AsyncSession, workspace: str, name: str) -> Monitor:
    """A monitor with a fresh secret. Raises TooManyMonitors."""
    await store.lock_workspace(session, workspace)
    held = await session.scalar(select(func.count()).select_from(Monitor).where(Monitor.workspace_id == workspace)) or 0
    if held >= MOST:
        raise TooManyMonitors(f"The workspace has {held} monitors, and may have {MOST}.")
    made = Monitor(id=new_id("monitor"), workspace_id=workspace, name=name, secret=new_secret(), created_at=utc_now())
    session.add(made)
    await session.flush()
    return made


async def monitors(session: AsyncSession, workspace: str) -> Sequence[Monitor]:
    return (await session.scalars(select(Monitor).where(Monitor.workspace_id == workspace).order_by(Monitor.id))).all()


async def remove(session: AsyncSession, workspace: str, monitor_id: str) -> Monitor:
    """Removes a monitor. Its alerts are refused from now on; its incidents stay, and are a person's to end.

    Raises NotFound.
    """
    found = await session.scalar(select(Monitor).where(Monitor.workspace_id == workspace, Monitor.id == monitor_id))
    if found is None:
        raise NotFound(f"There is no monitor {monitor_id!r} in this workspace.")
    await session.delete(found)
    return found


async def latest(session: AsyncSession, monitor: Monitor, name: str) -> Incident | None:
    """Returns the last incident of that alert, over or not, and lets no other change of the workspace's incidents in
    before the end.
    """
    await store.lock_workspace(session, monitor.workspace_id)
    query = select(Incident).where(Incident.workspace_id == monitor.workspace_id, Incident.monitor_id == monitor.id)
    return await session.scalar(query.where(Incident.external_id == name).order_by(Incident.id.desc()).limit(1))


async def sender(session: AsyncSession, monitor_id: str, headers: Headers, body: bytes) -> Monitor:
    """The monitor that has signed this alert, just now.

    Raises SignatureRefused, which tells nobody whether there is such a monitor.
    """
    found = await session.get(Monitor, monitor_id)
    secret = found.secret if found else new_secret()  # so that it takes as long
    if not verified(secret, headers, body, utc_now()) or found is None:
        raise SignatureRefused
    return found


def verified(secret: str, headers: Headers, body: bytes, now: datetime) -> bool:
    """Whether the secret has signed this, as Standard Webhooks do, within the tolerance of `now`."""
    if not headers.id or not headers.timestamp or not headers.signature or len(headers.id) > LONGEST_ID:
        return False
    if not (headers.timestamp.isascii() and headers.timestamp.isdigit() and len(headers.timestamp) <= 12):
        return False
    timestamp = int(headers.timestamp)
    if abs(now.timestamp() - timestamp) > TOLERANCE.total_seconds():
        return False
    expected = signed([secret], headers.id, timestamp, body)["webhook-signature"].removeprefix("v1,")
    return any(
        hmac.compare_digest(given.encode(), expected.encode())
        for version, _, given in (one.partition(",") for one in headers.signature.split(" ")[:10])
        if version == "v1"
    )


async def take(
    session: AsyncSession, snapshot: Snapshot, monitor: Monitor, alert: Alert, message_id: str, body: bytes
) -> dict[str, Any]:
    """What becomes of an alert: its incident is opened, updated or fixed. The same message again gets the same answer.

    Raises:
        IdempotencyKeyReused: another alert came under this message id.
        StatusMissing, TooManyIncidents: it cannot be declared; and what `coverage.refuse` raises.
    """
    await store.lock_workspace(session, monitor.workspace_id)
    key, digest = _hash(f"{monitor.id} {message_id}".encode()), _hash(body)
    before = await session.get(IdempotencyKey, (monitor.workspace_id, key))
    if before is not None:
        if before.body_hash != digest:
            raise IdempotencyKeyReused("Another alert came under this webhook-id. Give each message an id of its own.")
        return before.answer
    found = await _incident(session, monitor, alert.name)
    if alert.fixed:
        await _fix(session, found, alert.draft.status)
    else:
        found = await _fire(session, snapshot, monitor, alert, found)
    answer = {"incident_id": found.id if found else None, "state": found.state if found else None}
    session.add(IdempotencyKey(workspace_id=monitor.workspace_id, key=key, body_hash=digest, answer=answer))
    return answer


async def _incident(session: AsyncSession, monitor: Monitor, name: str) -> Incident | None:
    """The alert's incident that is not over."""
    query = select(Incident).where(
        Incident.monitor_id == monitor.id, Incident.external_id == name, Incident.state.in_(store.NOT_OVER)
    )
    return await session.scalar(query.with_for_update(key_share=True))


async def _fix(session: AsyncSession, found: Incident | None, status: Mapping[str, str]) -> None:
    """Nothing, if it is over already."""
    if found is not None and found.state is IncidentState.OPEN:
        await store.fix(session, found, status)
    elif found is not None:
        await store.dismiss(session, found)


async def _fire(
    session: AsyncSession, snapshot: Snapshot, monitor: Monitor, alert: Alert, found: Incident | None
) -> Incident:
    """Opens the incident, or brings it up to date; a new status is told to its subscribers."""
    if found is None:
        found = await store.make(
            session, snapshot, alert.draft, IncidentSource.MONITORING, monitor_id=monitor.id, external_id=alert.name
        )
        await store.declare(session, snapshot, found)
        return found
    status, due = dict(alert.draft.status) or found.status, alert.draft.expected_fix_at or found.expected_fix_at
    news = (status, due) != (found.status, found.expected_fix_at)
    unchanged = _with(alert.draft, status=found.status, expected_fix_at=found.expected_fix_at)
    await store.change(session, snapshot, found, unchanged)
    if news:
        await store.update(session, found, status, expected_fix_at=due)
    return found


def _with(draft: store.Draft, **changes: Any) -> store.Draft:
    return store.Draft(**{name: getattr(draft, name) for name in store.PATCHED} | changes)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
