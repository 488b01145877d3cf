"""Auditing: routes and commands record what they do, masked, and only what differs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access import audit
from mci_router.access.audit import Actor, Facts, Note
from mci_router.access.keys import Caller
from mci_router.clock import moment
from mci_router.configuration.store import Change
from mci_router.incidents.store import PATCHED
from mci_router.intake.masking import mask_counted
from mci_router.models import ApiKey, Incident
from mci_router.vocabulary import ActorKind

UNCHANGED = "unchanged"


async def audited(
    session: AsyncSession,
    by: Caller | Actor,
    action: str,
    target: str,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    reason: str = "",
) -> None:
    """Records an act in its transaction.

    Where there are both `before` and `after`, it keeps only what differs; without a difference it records nothing.
    """
    if before is not None and after is not None:
        if before == after:
            return
        before, after = _differing(before, after), _differing(after, before)
    await audit.record(session, _actor(by), action, target, before, after, reason, masked=masked)


async def configured(session: AsyncSession, by: Caller | Actor, changes: Iterable[Change]) -> None:
    """Records what a change of the configuration did to each resource."""
    for change in changes:
        if change.action != UNCHANGED:
            action = f"{change.kind}.{change.action}"
            await audited(session, by, action, change.name, before=_shown(change.before), after=_shown(change.after))


def _shown(spec: Facts | None) -> Facts | None:
    """Returns a specification without the addresses of people: only keys that read the configuration see them."""
    if spec is not None and spec.get("daily_report"):
        daily = spec["daily_report"]
        spec = {**spec, "daily_report": {**daily, "to": len(daily.get("to", ()))}}
    if spec is None or not spec.get("contacts"):
        return spec
    return {**spec, "contacts": [{"name": one["name"], "backup_for": one["backup_for"]} for one in spec["contacts"]]}


def noted(by: Caller | Actor, action: str, target: str, after: Facts | None, reason: str = "") -> Note:
    """Returns a note by which another room records the act, in the transaction that does it."""
    return Note(_actor(by), action, target, after, reason, masked)


def by_command(workspace: str, command: str) -> Actor:
    """Returns the actor of a command that is run on the machine."""
    return Actor(workspace, ActorKind.CLI, ActorKind.CLI, command)


def key_facts(key: ApiKey) -> Facts:
    """Returns what an entry says of a key: nothing of its secret, not even the first characters."""
    facts = {"name": key.name, "scopes": list(key.scopes), "trust": key.trust}
    return facts | ({"adapter": key.adapter} if key.adapter else {})


def incident_facts(incident: Incident) -> Facts:
    """Returns what an entry says of an incident."""
    described = {name: getattr(incident, name) for name in PATCHED}
    times = {name: moment(at) for name, at in described.items() if isinstance(at, datetime)}
    return {**described, **times, "state": incident.state, "updates": incident.updates}


def masked(value: Any) -> Any:
    """Returns JSON-like data without the secrets in its texts."""
    return mask_counted(value)[0]


def _actor(by: Caller | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor.key(by)


def _differing(one: Facts, other: Facts) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in other or other[name] != value}
