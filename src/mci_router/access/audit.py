"""The audit trail: who has done what to what, recorded in the transaction of the act: neither is without the other.

Texts are masked by what the caller gives for it: masking stands on a floor above. Secrets are never handed in.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller
from mci_router.clock import from_ms, to_ms, utc_now
from mci_router.database import Database
from mci_router.ids import NOUNS, new_id
from mci_router.models import AuditEntry, Contact, Correction, Escalation, WorkflowRun
from mci_router.values import value
from mci_router.vocabulary import ActorKind

LONGEST_TEXT = 500  # characters of a text that are kept
MOST_ITEMS = 100  # of a list or an object
LARGEST = 16_000  # characters of `before` or `after` as JSON; beyond it only the names of its members are kept
FORGET_BATCH = 5_000
NOUN = "audit_entry"
FAMILY = ".*"

Facts: TypeAlias = Mapping[str, Any]
"""Something as JSON has it: members by name."""

Mask: TypeAlias = Callable[[Any], Any]
"""Returns JSON-like data without the secrets in its texts."""


@value
class Actor:
    """The one who does something in a workspace. `id` is a key's, an agent's name, or a program's; never a secret."""

    workspace_id: str
    kind: ActorKind
    id: str
    name: str

    @classmethod
    def key(cls, caller: Caller) -> "Actor":
        """Returns the caller of the API."""
        return cls(caller.workspace_id, ActorKind.API_KEY, caller.key_id, caller.name)


async def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    target: str,
    before: Facts | None,
    after: Facts | None,
    reason: str,
    *,
    masked: Mask,
    entry_id: str | None = None,
) -> None:
    """Records an act in the caller's transaction: `before` and `after` masked, and cut to a row's size."""
    entry_id = entry_id or new_id(NOUN)
    made = AuditEntry(
        id=entry_id,
        workspace_id=actor.workspace_id,
        created_at=_made_at(entry_id),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        target=target,
        before=_kept(before, masked),
        after=_kept(after, masked),
        reason=_short(masked(reason)) or None,
    )
    session.add(made)
    await session.flush()


@value
class Note:
    """An act that is handed down to where its transaction is, and recorded there."""

    actor: Actor
    action: str
    target: str
    after: Facts | None
    reason: str
    masked: Mask
    id: str = field(default_factory=lambda: new_id(NOUN))

    async def record(self, session: AsyncSession, before: Facts | None, after: Facts | None = None) -> None:
        """Records the act; `after` where only the act itself knows."""
        what = self.action, self.target, before, after or self.after, self.reason
        await record(session, self.actor, *what, masked=self.masked, entry_id=self.id)

    async def undo(self, session: AsyncSession) -> None:
        """Removes the record of an act that was refused after all. Idempotent."""
        mine = AuditEntry.workspace_id == self.actor.workspace_id, AuditEntry.id == self.id
        await session.execute(delete(AuditEntry).where(*mine))


@value
class AuditSearch:
    """Which entries to list: they must match all that is given. `action` may be a family, such as `queue.*`."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def entries(
    session: AsyncSession, workspace: str, wanted: AuditSearch, *, sensitive_too: bool, after: str | None, limit: int
) -> Sequence[AuditEntry]:
    """Returns entries older than the entry `after`, newest first; sensitive contacts' only with `sensitive_too`."""
    query = select(AuditEntry).where(AuditEntry.workspace_id == workspace, *_conditions(wanted))
    if not sensitive_too:
        query = query.where(*(~exists().where(*told) for told in _of_sensitive(workspace)))
    if after:
        query = query.where(AuditEntry.id < after)
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))).all()


def _of_sensitive(workspace: str) -> Iterator[Sequence[ColumnElement[bool]]]:
    """Yields what makes an entry one about a sensitive contact: it is the target, it is named in what was done, or the
    target belongs to it. Each by itself, so that each finds its row by an index.
    """
    sensitive, target = and_(Contact.workspace_id == workspace, Contact.sensitive), AuditEntry.target
    yield sensitive, Contact.id == target
    yield sensitive, Contact.id == AuditEntry.after["contact"].astext
    yield sensitive, Contact.id == WorkflowRun.contact_id, WorkflowRun.id == target
    yield sensitive, Contact.id == Escalation.contact_id, Escalation.id == target
    yield sensitive, Contact.id == Correction.contact_id, Correction.id == target


def _conditions(wanted: AuditSearch) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.actor:
        conditions.append(AuditEntry.actor_id == wanted.actor)
    if wanted.action and wanted.action.endswith(FAMILY):
        conditions.append(AuditEntry.action.startswith(wanted.action[:-1], autoescape=True))
    elif wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.target:
        conditions.append(AuditEntry.target == wanted.target)
    if wanted.since:
        conditions.append(AuditEntry.id >= _first_id(wanted.since))
    if wanted.until:
        conditions.append(AuditEntry.id < _first_id(wanted.until))
    return conditions


async def forget(database: Database, keep_s: int) -> None:
    """Removes entries that are older than so many seconds; none for 0. Raises DatabaseUnavailable."""
    removed = FORGET_BATCH if keep_s else 0
    first_kept = _first_id(utc_now() - timedelta(seconds=keep_s))
    while removed == FORGET_BATCH:
        old = select(AuditEntry.id).where(AuditEntry.id < first_kept).order_by(AuditEntry.id).limit(FORGET_BATCH)
        free = old.with_for_update(skip_locked=True)
        async with database.transaction() as session:
            gone = await session.execute(delete(AuditEntry).where(AuditEntry.id.in_(free)))
            removed = gone.rowcount  # type: ignore[attr-defined]


def _first_id(at: datetime) -> str:
    """Returns the lowest id that an entry made since then can have."""
    return f"{NOUNS[NOUN]}_{max(to_ms(at), 0):012x}"


def _made_at(entry_id: str) -> datetime:
    return from_ms(int(entry_id.partition("_")[2][:12], 16))


def _kept(facts: Facts | None, masked: Mask) -> dict[str, Any] | None:
    """Returns the facts masked, and only then cut: half a card number would not be masked."""
    if facts is None:
        return None
    kept: dict[str, Any] = _short(masked(dict(facts)))
    size = len(json.dumps(kept))
    return kept if size <= LARGEST else {"too_large": size, "members": _short(sorted(kept))}


def _short(value: Any) -> Any:
    """Returns JSON-like data with long texts, lists and objects cut, and a note of how much is missing."""
    if isinstance(value, str):
        left = len(value) - LONGEST_TEXT
        return value if left <= 0 else f"{value[:LONGEST_TEXT]}… ({left} more characters)"
    if isinstance(value, Mapping):
        return {str(name): _short(inner) for name, inner in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list | tuple):
        left = len(value) - MOST_ITEMS
        return [*(_short(inner) for inner in value[:MOST_ITEMS]), *([f"… ({left} more)"] if left > 0 else [])]
    return value
