"""Schedules: who works when, as a draft and published; shifts that change hands, time off, and feeds of calendars."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import ScheduleState, SolvingState, SwapState, TimeOffState


class Schedule(InWorkspace, Made, Base):
    """Who works when on some days, both `begins_on` and `ends_on` among them, by the workspace's clock.

    `asked` is what it was made from: the requirement, the agents and the bounds of the solver. `figures` is what came
    of that. `solving` says how far its making is; `claimed_until` for how long one process makes it.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        Index(None, "workspace_id", "begins_on"),
        Index("ix_schedules_unsolved", "id", postgresql_where=text("solving IN ('waiting', 'solving')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[ScheduleState] = mapped_column(word(ScheduleState, "schedule_state"))
    published_at: Mapped[datetime | None]
    solving: Mapped[SolvingState] = mapped_column(word(SolvingState, "solving_state"))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[str | None]
    asked: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB())


class Shift(InWorkspace, Made, Base):
    """A time in which an agent works, in pieces that follow each other: `activity`, `begins_at` and `ends_at` each.

    One that changes hands, or is taken away, is kept with `cancelled_at`, so that calendars hear of it; `sequence`
    rises with each change. `skills` is what it is there for: those of its `group` of the requirement.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        Index(None, "workspace_id", "begins_at"),
        Index(None, "workspace_id", "agent", "begins_at"),
        Index(None, "schedule_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    agent: Mapped[str]
    template: Mapped[str | None]
    group: Mapped[str | None]
    skills: Mapped[list[str]] = mapped_column(server_default="{}")
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    pieces: Mapped[list[dict[str, Any]]]
    sequence: Mapped[int] = mapped_column(server_default="0")
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    cancelled_at: Mapped[datetime | None]


class ShiftSwap(InWorkspace, Made, Base):
    """An agent asks another to take a shift, for one of theirs (`other_shift_id`) or for none."""

    __tablename__ = "shift_swaps"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "agent"),
        Index(None, "workspace_id", "other"),
        Index(None, "shift_id"),
        Index(None, "other_shift_id"),
        Index("ix_shift_swaps_undecided", "id", postgresql_where=text("state IN ('asked', 'accepted')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("shifts.id", ondelete="CASCADE"))
    other_shift_id: Mapped[str | None] = mapped_column(ForeignKey("shifts.id", ondelete="CASCADE"))
    agent: Mapped[str]
    other: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    state: Mapped[SwapState] = mapped_column(word(SwapState, "swap_state"))
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str] = mapped_column(server_default="")


class TimeOff(InWorkspace, Made, Base):
    """A time in which an agent asks not to work. Only what is approved is planned around."""

    __tablename__ = "time_off"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "agent", "ends_at"),
        Index("ix_time_off_undecided", "id", postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(server_default="")
    state: Mapped[TimeOffState] = mapped_column(word(TimeOffState, "time_off_state"))
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str] = mapped_column(server_default="")


class ScheduleNews(InWorkspace, Base):
    """An event of a schedule that is committed and not journalled yet; the row goes once it is."""

    __tablename__ = "schedule_news"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event: Mapped[str]
    facts: Mapped[dict[str, Any]]


class CalendarFeed(Made, Base):
    """The secret address at which an agent's calendar reads their shifts: only the hash of its token is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index("uq_calendar_feeds_token", "token", unique=True),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary)
