"""Escalations for which somebody is paged, because nobody was at work where they went."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import PageState, Severity


class Escalation(InWorkspace, Made, Base):
    """One escalated contact, and who is paged for it.

    `people` are those who may be paged, in order: `{name, pager | phone | email}`; `asked` is the place of the one who
    was paged last, `due_at` when the next one follows, or the escalation is alarmed. `untold` are events that are not
    journalled yet.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "contact_id"),
        Index("ix_escalations_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_escalations_untold", "workspace_id", postgresql_where=text("untold <> '{}'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    severity: Mapped[Severity] = mapped_column(word(Severity, "severity"))
    queue: Mapped[str]
    state: Mapped[PageState] = mapped_column(word(PageState, "state"))
    people: Mapped[list[dict[str, Any]]]
    asked: Mapped[int] = mapped_column(default=0)
    acknowledge_s: Mapped[float]
    paged_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    unacknowledged_at: Mapped[datetime | None]
    untold: Mapped[list[str]] = mapped_column(default=list)
