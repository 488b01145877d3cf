"""History from elsewhere: what came to queues before the router counted."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


class ImportedInterval(Base):
    """A quarter-hour of a queue and channel: contacts that came, those handled, and the seconds that they took."""

    __tablename__ = "imported_intervals"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    arrivals: Mapped[float] = mapped_column(Float)
    handled: Mapped[float] = mapped_column(Float)
    handle_s: Mapped[float] = mapped_column(Float)
