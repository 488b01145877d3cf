"""Facts of results: counted by quarter-hours of UTC, and added up by the workspace's days."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


def _count() -> Mapped[int]:
    return mapped_column(BigInteger, server_default="0")


class _Of:
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)


class _OfQuarterHour(_Of):
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)


class _OfDay(_Of):
    zone: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class _Resolutions:
    """What automation and the community served, by how it ended; empty where it is not known what served."""

    outcome: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    served_by: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    served: Mapped[int] = _count()
    confirmed: Mapped[int] = _count()
    unconfirmed: Mapped[int] = _count()
    returned: Mapped[int] = _count()
    returned_confirmed: Mapped[int] = _count()
    moved_on: Mapped[int] = _count()
    gave_up: Mapped[int] = _count()
    unrecognised: Mapped[int] = _count()
    revision: Mapped[int] = _count()


class _Repetitions:
    """Contacts that have ended, by their place among those about the same matter."""

    queue: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    contacts: Mapped[int] = _count()
    first: Mapped[int] = _count()
    repeated: Mapped[int] = _count()
    repeats: Mapped[int] = _count()
    abandoned: Mapped[int] = _count()
    cancelled: Mapped[int] = _count()
    incidents: Mapped[int] = _count()
    machines: Mapped[int] = _count()
    opt_outs: Mapped[int] = _count()
    unmatched: Mapped[int] = _count()
    revision: Mapped[int] = _count()


class _Reads:
    """Articles that were read without a contact."""

    article: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(primary_key=True)
    reads: Mapped[int] = _count()
    helped: Mapped[int] = _count()
    not_helped: Mapped[int] = _count()
    followed: Mapped[int] = _count()
    silent: Mapped[int] = _count()
    revision: Mapped[int] = _count()


class IntervalResolutions(_OfQuarterHour, _Resolutions, Base):
    """Contacts that ended in a quarter-hour. `revision` counts the changes since it was over."""

    __tablename__ = "interval_resolutions"


class DailyResolutions(_OfDay, _Resolutions, Base):
    """A day's quarter-hours added up."""

    __tablename__ = "daily_resolutions"


class IntervalRepetitions(_OfQuarterHour, _Repetitions, Base):
    """Contacts that were accepted in a quarter-hour. `revision` counts the changes since it was over."""

    __tablename__ = "interval_repetitions"


class DailyRepetitions(_OfDay, _Repetitions, Base):
    """A day's quarter-hours added up."""

    __tablename__ = "daily_repetitions"


class IntervalReads(_OfQuarterHour, _Reads, Base):
    """What was read in a quarter-hour. `revision` counts the changes since it was over."""

    __tablename__ = "interval_reads"


class DailyReads(_OfDay, _Reads, Base):
    """A day's quarter-hours added up."""

    __tablename__ = "daily_reads"
