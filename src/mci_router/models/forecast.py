"""Forecasts: arrivals as they are learnt from, what was expected of each day, and how far that was true."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, Double, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


def _count() -> Mapped[int]:
    return mapped_column(BigInteger, server_default="0")


def _figures() -> Mapped[list[float]]:
    return mapped_column(ARRAY(Double))


class _OfWorkspace:
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)


class IntervalDemand(_OfWorkspace, Base):
    """What came to a queue in a quarter-hour of UTC, as forecasts count it.

    `retries` are contacts of customers who had tried shortly before and were not answered yet, `of_incidents` those of
    something that was broken; neither is among the `arrivals`.
    """

    __tablename__ = "interval_demand"
    __table_args__ = (Index(None, "workspace_id", "starts_at"),)

    queue: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    arrivals: Mapped[int] = _count()
    retries: Mapped[int] = _count()
    of_incidents: Mapped[int] = _count()


class Forecast(_OfWorkspace, Base):
    """What is expected of a day of the workspace's zone, which begins at `begins_at`: a figure for each quarter-hour.

    Of a day that has begun it stays as it is: what was known at its midnight. `aht_of` are the contacts that its handle
    times rest on. Once the day is over, `came` counts what came, `missed` adds up by how much the quarter-hours were
    missed, and `inside` counts those that lay between `low` and `high`.
    """

    __tablename__ = "forecasts"

    day: Mapped[date] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    begins_at: Mapped[datetime]
    made_at: Mapped[datetime]
    expected: Mapped[list[float]] = _figures()
    low: Mapped[list[float]] = _figures()
    high: Mapped[list[float]] = _figures()
    aht_s: Mapped[list[float]] = _figures()
    aht_of: Mapped[int] = mapped_column(BigInteger)
    came: Mapped[int | None] = mapped_column(BigInteger)
    missed: Mapped[float | None] = mapped_column(Double)
    inside: Mapped[int | None] = mapped_column(BigInteger)


class ForecastProgress(_OfWorkspace, Base):
    """How far a workspace's arrivals are counted, and on which day, in which zone, its forecasts were made last."""

    __tablename__ = "forecast_progress"

    counted_until: Mapped[datetime]
    made_on: Mapped[date | None]
    zone: Mapped[str | None]
