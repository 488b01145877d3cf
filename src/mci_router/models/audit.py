"""The audit trail: who has done what to what, kept beside the act itself."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import ActorKind


class AuditEntry(InWorkspace, Made, Base):
    """One privileged act. Its id orders entries by time; `created_at` is when it was done.

    `action` is a noun and what was done to it, as `queue.updated`; `target` is that one's name or id. `before` and
    `after` are masked, bounded, and hold what differs; null where there was nothing before, or is nothing after.
    """

    __tablename__ = "audit"
    __table_args__ = (Index(None, "workspace_id", "id"), Index(None, "workspace_id", "target", "id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    actor_kind: Mapped[ActorKind] = mapped_column(word(ActorKind, "actor_kind"))
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    target: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None]
