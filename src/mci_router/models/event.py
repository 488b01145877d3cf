"""Events: the journal as the ledger keeps it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


class Event(Base):
    """One journal entry. Its id orders events: milliseconds and a counter, padded so that text order is time order.

    Partitioned by month of the id (`models/partitions.py`): the primary key holds it, and every search by time is one.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "workspace_id", "contact_id", "id"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    contact_id: Mapped[str | None]
    agent: Mapped[str | None]
    data: Mapped[dict[str, Any]]
