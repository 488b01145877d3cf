"""Segments: what reports count."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, word
from mci_router.vocabulary import Cell, Channel, LeftAs


class Segment(Base):
    """One stay of a contact in one queue, by its number `n` from 1. Times in seconds.

    `topic`, `language` and `cell` are the contact's when it entered. `agent` has answered it. `waited_s` counts the
    time until `answered_at`, or until it left, while the queue was open; `held_s` the customer on hold; `parked_s` the
    time for which its agent was called away to a more urgent one, or waited for its customer; `talk_s` the rest of the
    conversation. `journal_id` is the newest journal entry that the row reflects: an older entry never overwrites a
    newer one. Partitioned by month on `entered_at`.
    """

    __tablename__ = "segments"
    __table_args__ = (
        Index(None, "workspace_id", "entered_at"),
        Index("ix_segments_open", "workspace_id", "queue", postgresql_where=text("left_at IS NULL")),
        Index(
            "ix_segments_passed_on",
            "workspace_id",
            "left_at",
            postgresql_include=["agent", "left_as"],
            postgresql_where=text("answered_at IS NOT NULL AND left_as IN ('transferred', 'escalated')"),
        ),
        {"postgresql_partition_by": "RANGE (entered_at)"},
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entered_at: Mapped[datetime] = mapped_column(primary_key=True)
    queue: Mapped[str]
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    topic: Mapped[str | None]
    language: Mapped[str | None]
    cell: Mapped[Cell] = mapped_column(word(Cell, "cell"))
    left_at: Mapped[datetime | None]
    left_as: Mapped[LeftAs | None] = mapped_column(word(LeftAs, "left_as"))
    agent: Mapped[str | None]
    offers: Mapped[int] = mapped_column(default=0, server_default="0")
    target_s: Mapped[float | None]
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    waited_s: Mapped[float] = mapped_column(default=0, server_default="0")
    held_s: Mapped[float] = mapped_column(default=0, server_default="0")
    parked_s: Mapped[float] = mapped_column(default=0, server_default="0")
    talk_s: Mapped[float] = mapped_column(default=0, server_default="0")
    wrap_up_s: Mapped[float] = mapped_column(default=0, server_default="0")
    journal_id: Mapped[str] = mapped_column(default="", server_default="")
