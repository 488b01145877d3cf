"""Monitors: other systems that see incidents and say so by signed alerts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class Monitor(InWorkspace, Made, Base):
    """A monitoring system.

    Its secret verifies what it sends, so it is kept in the clear; only the answer that makes the monitor shows it.
    """

    __tablename__ = "monitors"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret: Mapped[str]


class MonitorAlert(InWorkspace, Base):
    """The newest alert of a monitor under one name, and whether it was a fix: what is older comes too late."""

    __tablename__ = "monitor_alerts"

    monitor_id: Mapped[str] = mapped_column(ForeignKey("monitors.id", ondelete="CASCADE"), primary_key=True)
    alert: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    fixed: Mapped[bool]
