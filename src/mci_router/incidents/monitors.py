"""Monitors: other systems that see an incident first, and report it by alerts that they sign."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import IdempotencyKeyReused, NotFound, SignatureRefused, TooManyMonitors
from mci_router.ids import new_id
from mci_router.incidents import store
from mci_router.models import IdempotencyKey, Incident, Monitor, MonitorAlert
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import IncidentSource, IncidentState
from mci_router.webhooks.signing import new_secret, signed

MOST = 50  # a workspace: each is a system, not a check of one
TOLERANCE = timedelta(minutes=5)  # what Standard Webhooks advise: a recorded alert cannot be played back later
LONGEST_ID = 200
ALERT_MEMORY = timedelta(days=7)  # an older alert comes too late, whatever it says
FLAPPING = timedelta(minutes=10)  # what fails again so soon after its fix is the same incident


@value
class Headers:
    """The headers of an alert as they came; none of them is trusted."""

    id: str | None
    timestamp: str | None
    signature: str | None


@value
class Alert:
    """An alert of a monitor. `name` is its own name for what is broken; `fixed` says that it works again.

    `at` is when the monitor saw it, to the second if it is not `exact`: the time of its signature.
    """

    name: str
    at: datetime
    fixed: bool
    draft: store.IncidentDraft
    exact: bool = True

    @property
    def at_most(self) -> datetime:
        """The last moment at which the monitor may have seen it."""
        return self.at if self.exact else self.at + timedelta(seconds=1)


async def make(session: AsyncSession, workspace: str, name: str) -> Monitor:
    """Makes a monitor with a new secret. Raises TooManyMonitors."""
    await store.lock_workspace(session, workspace)
    count = (
        await session.scalar(select(func.count()).select_from(Monitor).where(Monitor.workspace_id == workspace)) or 0
    )
    if count >= MOST:
        raise TooManyMonitors(f"The workspace has {count} monitors, and may have {MOST}.")
    made = Monitor(id=new_id("monitor"), workspace_id=workspace, name=name, secret=new_secret(), created_at=utc_now())
    session.add(made)
    await session.flush()
    return made


async def monitors(session: AsyncSession, workspace: str) -> Sequence[Monitor]:
    return (await session.scalars(select(Monitor).where(Monitor.workspace_id == workspace).order_by(Monitor.id))).all()


async def remove(session: AsyncSession, workspace: str, monitor_id: str) -> Monitor:
    """Removes a monitor. Its alerts are refused from now on; its incidents stay, and people end them.

    Raises NotFound.
    """
    monitor = await session.scalar(select(Monitor).where(Monitor.workspace_id == workspace, Monitor.id == monitor_id))
    if monitor is None:
        raise NotFound(f"There is no monitor {monitor_id!r} in this workspace.")
    await session.delete(monitor)
    return monitor


async def latest(session: AsyncSession, monitor: Monitor, name: str) -> Incident | None:
    """Returns the last incident of that alert, over or not.

    Holds off all other changes of the workspace's incidents until the transaction ends.
    """
    await store.lock_workspace(session, monitor.workspace_id)
    query = select(Incident).where(Incident.workspace_id == monitor.workspace_id, Incident.monitor_id == monitor.id)
    return await session.scalar(query.where(Incident.external_id == name).order_by(Incident.id.desc()).limit(1))


async def sender(session: AsyncSession, monitor_id: str, headers: Headers, body: bytes) -> Monitor:
    """Returns the monitor that has signed this alert, within the tolerance.

    Raises SignatureRefused: the same whether the monitor is unknown or the signature wrong.
    """
    monitor = await session.get(Monitor, monitor_id)
    secret = monitor.secret if monitor else new_secret()  # so that it takes as long
    if not verified(secret, headers, body, utc_now()) or monitor is None:
        raise SignatureRefused
    return monitor


def verified(secret: str, headers: Headers, body: bytes, now: datetime) -> bool:
    """Returns whether the secret has signed this, as Standard Webhooks do, within the tolerance of `now`."""
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
    """Opens, updates or fixes the incident of an alert. Idempotent: the same message again gets the same answer.

    One that is older than the last of its name is ignored: what it says was overtaken.

    Returns `{incident_id, state, ignored}`, the first two None where there is no incident.

    Raises:
        IdempotencyKeyReused: another alert came with this message id.
        StatusMissing, TooManyIncidents: the incident cannot be declared.
        UnknownTopic, TopicSensitive, IncidentMatchesEverything, IncidentMatchesNothing: see `coverage.refuse`.
    """
    await store.lock_workspace(session, monitor.workspace_id)
    key, digest = _hash(f"{monitor.id} {message_id}".encode()), _hash(body)
    before = await session.get(IdempotencyKey, (monitor.workspace_id, key))
    if before is not None:
        if before.body_hash != digest:
            raise IdempotencyKeyReused("Another alert came under this webhook-id. Give each message an id of its own.")
        return before.answer
    incident, newest = await _incident(session, monitor, alert.name), await _is_newest(session, monitor, alert)
    if not newest:
        incident = incident or await latest(session, monitor, alert.name)
    elif alert.fixed:
        await _fix(session, incident, alert.draft.status)
    else:
        incident = await _fire(session, snapshot, monitor, alert, incident)
    known = {"incident_id": incident.id, "state": incident.state} if incident else {"incident_id": None, "state": None}
    answer = {**known, "ignored": not newest}
    session.add(IdempotencyKey(workspace_id=monitor.workspace_id, key=key, body_hash=digest, answer=answer))
    return answer


async def _incident(session: AsyncSession, monitor: Monitor, name: str) -> Incident | None:
    """Returns the alert's incident that is not over; None if there is none."""
    query = select(Incident).where(
        Incident.monitor_id == monitor.id, Incident.external_id == name, Incident.state.in_(store.NOT_OVER)
    )
    return await session.scalar(query.with_for_update(key_share=True))


async def _is_newest(session: AsyncSession, monitor: Monitor, alert: Alert) -> bool:
    """Returns whether an alert is not older than the last of its name, and remembers its time then.

    A firing of the same moment as a fix, or from before a person's, is older: nobody would end what it opened again.
    """
    too_old, mine = utc_now() - ALERT_MEMORY, MonitorAlert.monitor_id == monitor.id
    await session.execute(delete(MonitorAlert).where(mine, MonitorAlert.at < too_old))
    last = await session.get(MonitorAlert, (monitor.id, alert.name))
    if alert.at < (last.at if last else too_old):
        return False
    if not alert.fixed and alert.at_most <= (await _fixed_at(session, monitor, alert, last) or too_old):
        return False
    if last is None:
        last = MonitorAlert(monitor_id=monitor.id, workspace_id=monitor.workspace_id, alert=alert.name)
        session.add(last)
    last.at, last.fixed = alert.at, alert.fixed
    return True


async def _fixed_at(
    session: AsyncSession, monitor: Monitor, alert: Alert, last: MonitorAlert | None
) -> datetime | None:
    """Returns when what the alert reports was fixed: by the monitor's own word, else by a person's."""
    if last and last.fixed:
        return last.at
    incident = await latest(session, monitor, alert.name)
    return incident.fixed_at if incident else None


async def _fix(session: AsyncSession, incident: Incident | None, status: Mapping[str, str]) -> None:
    """Fixes an open incident, and dismisses a proposed one. Does nothing if it is over already.

    While it flaps, subscribers hear of the fix once it has held for a while.
    """
    if incident is not None and incident.state is IncidentState.OPEN:
        now = utc_now()
        flapping = incident.reopened_at is not None and now - incident.reopened_at < FLAPPING
        await store.fix(session, incident, status, news_at=now + FLAPPING if flapping else None)
    elif incident is not None:
        await store.dismiss(session, incident)


async def _fire(
    session: AsyncSession, snapshot: Snapshot, monitor: Monitor, alert: Alert, incident: Incident | None
) -> Incident:
    """Opens the incident, or brings it up to date; its subscribers get a new status as an update.

    One that was fixed a short while ago is opened again.
    """
    if incident is None and (again := await _just_fixed(session, monitor, alert.name)):
        _describe(again, alert.draft)
        await store.reopen(session, snapshot, again)
        return again
    if incident is None:
        incident = await store.make(
            session, snapshot, alert.draft, IncidentSource.MONITORING, monitor_id=monitor.id, external_id=alert.name
        )
        await store.declare(session, snapshot, incident)
        return incident
    status = dict(alert.draft.status) or incident.status
    due = alert.draft.expected_fix_at or incident.expected_fix_at
    news = (status, due) != (incident.status, incident.expected_fix_at)
    kept = {name: getattr(incident, name) for name in ("status", "expected_fix_at", "starts_at", "ends_at")}
    unchanged = _with(alert.draft, **kept)
    await store.change(session, snapshot, incident, unchanged)
    if news:
        await store.update(session, incident, status, expected_fix_at=due)
    return incident


async def _just_fixed(session: AsyncSession, monitor: Monitor, name: str) -> Incident | None:
    """Returns the last incident of an alert if it was fixed a short while ago, and may have further updates."""
    last = await latest(session, monitor, name)
    lately = last is not None and last.fixed_at is not None and utc_now() - last.fixed_at < FLAPPING
    return last if last is not None and lately and last.updates < store.MOST_UPDATES else None


def _describe(incident: Incident, draft: store.IncidentDraft) -> None:
    """Describes an incident as the alert does; what customers read stays where the alert has no text."""
    wanted = _with(draft, status=dict(draft.status) or incident.status)
    for name in store.PATCHED:
        setattr(incident, name, store.plain(getattr(wanted, name)))


def _with(draft: store.IncidentDraft, **changes: Any) -> store.IncidentDraft:
    return store.IncidentDraft(**{name: getattr(draft, name) for name in store.PATCHED} | changes)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
