"""Facts: what reports add up, counted by quarter-hours of UTC as it happens, and added up by the workspace's days."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base

_OF_STAYS = ("queue", "channel", "topic", "cell", "language", "agent")


def _count() -> Mapped[int]:
    return mapped_column(BigInteger, server_default="0")


def _histogram() -> Mapped[list[int]]:
    return mapped_column(ARRAY(BigInteger), server_default="{}")


class _OfWorkspace:
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)


class _OfQuarterHour(_OfWorkspace):
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)


class _OfDay(_OfWorkspace):
    zone: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class _Stays:
    """Counts as `insight.levels.Stays` describes them, by the grains of `insight.stay_facts`."""

    grain: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    offered: Mapped[int] = _count()
    offered_answered: Mapped[int] = _count()
    in_time: Mapped[int] = _count()
    within_180_s: Mapped[int] = _count()
    abandoned_short: Mapped[int] = _count()
    abandoned_in_time: Mapped[int] = _count()
    abandoned_late: Mapped[int] = _count()
    overflowed: Mapped[int] = _count()
    transferred: Mapped[int] = _count()
    escalated: Mapped[int] = _count()
    escalated_answered: Mapped[int] = _count()
    agent_lost: Mapped[int] = _count()
    callback: Mapped[int] = _count()
    resolved: Mapped[int] = _count()
    cancelled: Mapped[int] = _count()
    waiting: Mapped[int] = _count()
    open: Mapped[int] = _count()
    offers: Mapped[int] = _count()
    answered: Mapped[int] = _count()
    wait_ms: Mapped[int] = _count()
    excess_ms: Mapped[int] = _count()
    handled: Mapped[int] = _count()
    talk_ms: Mapped[int] = _count()
    held_ms: Mapped[int] = _count()
    wrap_up_ms: Mapped[int] = _count()
    parked_ms: Mapped[int] = _count()
    waits: Mapped[list[int]] = _histogram()
    handle_times: Mapped[list[int]] = _histogram()
    revision: Mapped[int] = _count()


class _Arrivals:
    """Accepted contacts, as they were when they arrived; empty where there was no topic or language."""

    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    contacts: Mapped[int] = _count()
    revision: Mapped[int] = _count()


class IntervalStays(_OfQuarterHour, _Stays, Base):
    """What happened in a quarter-hour to the stays of a queue.

    `revision` counts the changes since the quarter-hour was over and all stays that entered in it had ended.
    """

    __tablename__ = "interval_stays"
    __table_args__ = (PrimaryKeyConstraint("workspace_id", "grain", "starts_at", *_OF_STAYS),)


class DailyStays(_OfDay, _Stays, Base):
    """A day's quarter-hours added up."""

    __tablename__ = "daily_stays"
    __table_args__ = (PrimaryKeyConstraint("workspace_id", "grain", "zone", "day", *_OF_STAYS),)


class IntervalArrivals(_OfQuarterHour, _Arrivals, Base):
    """The contacts accepted in a quarter-hour. `revision` counts the changes since it was over."""

    __tablename__ = "interval_arrivals"


class DailyArrivals(_OfDay, _Arrivals, Base):
    """A day's quarter-hours added up."""

    __tablename__ = "daily_arrivals"


class IntervalChange(_OfQuarterHour, Base):
    """A quarter-hour of `kind`, `stays` or `arrivals`, whose day is still to be added up again."""

    __tablename__ = "interval_changes"

    kind: Mapped[str] = mapped_column(primary_key=True)


class IntervalPersonAsks(_OfQuarterHour, Base):
    """Customers who asked for a person in a quarter-hour, and how long it took until one answered.

    `unreached` ended without one. `times` is a histogram of those reached.
    """

    __tablename__ = "interval_person_asks"

    channel: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int] = _count()
    reached: Mapped[int] = _count()
    unreached: Mapped[int] = _count()
    reached_ms: Mapped[int] = _count()
    times: Mapped[list[int]] = _histogram()


class ReportZone(_OfWorkspace, Base):
    """The time zone whose days a workspace's facts are added up by."""

    __tablename__ = "report_zones"

    zone: Mapped[str]


class AgentState(_OfWorkspace, Base):
    """A change of what an agent wants (`presence`), or of whether the agent can be reached, by journal entry."""

    __tablename__ = "agent_states"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    agent: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    presence: Mapped[str | None]
    reason: Mapped[str | None]
    reachable: Mapped[bool | None]
