"""Staffing jobs: who is needed for a day, asked for, being searched, and found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import StaffingState


class StaffingJob(InWorkspace, Made, Base):
    """One search for the least staff of a day, or one comparison of a change with the staff that another has found.

    `problem` is what is played, `guess` the plan that Erlang A gives; `of` is the job that a change is compared with,
    and `what_if` that change. `best` is the best found so far, `result` the last word. The process `claimed_by`
    searches until `lease_until`, and renews that; `attempts` counts the processes that did. `why` says why it failed.
    """

    __tablename__ = "staffing_jobs"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index("ix_staffing_jobs_open", "created_at", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
    state: Mapped[StaffingState] = mapped_column(word(StaffingState, "staffing_state"))
    made_by: Mapped[str]
    of: Mapped[str | None]
    seconds: Mapped[int]
    problem: Mapped[dict[str, Any]]
    guess: Mapped[dict[str, Any]]
    what_if: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    progress: Mapped[float] = mapped_column(default=0, server_default="0")
    best: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    why: Mapped[str | None]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
