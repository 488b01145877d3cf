"""How routes and commands record what is done: masked, and only what differs."""

from collections.abc import Iterable
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

    Of `before` and `after`, where there are both, only what differs is kept; without a difference nothing was done.
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
            await audited(session, by, action, change.name, before=change.before, after=change.after)


def noted(by: Caller | Actor, action: str, target: str, after: Facts | None, reason: str = "") -> Note:
    """Returns the note of an act that is done elsewhere, in a transaction of its own."""
    return Note(_actor(by), action, target, after, reason, masked)


def by_command(workspace: str, command: str) -> Actor:
    """Returns whoever can run commands on the machine, as the actor."""
    return Actor(workspace, ActorKind.CLI, ActorKind.CLI, command)


def key_facts(key: ApiKey) -> Facts:
    """Returns what an entry tells of a key: nothing of its secret, not even how it begins."""
    return {"name": key.name, "scopes": list(key.scopes), "trust": key.trust}


def incident_facts(incident: Incident) -> Facts:
    """Returns what an entry tells of an incident."""
    due = incident.expected_fix_at
    told = {name: getattr(incident, name) for name in PATCHED}
    return {
        **told,
        "state": incident.state,
        "updates": incident.updates,
        "expected_fix_at": moment(due) if due else None,
    }


def masked(value: Any) -> Any:
    """Returns JSON-like data without the secrets in its texts."""
    return mask_counted(value)[0]


def _actor(by: Caller | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor.key(by)


def _differing(one: Facts, other: Facts) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in other or other[name] != value}
