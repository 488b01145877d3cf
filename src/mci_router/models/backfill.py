"""Backfills: what rows of earlier versions still lack, filled in while the service runs."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


class Backfill(Base):
    """One backfill, from the newest contact to the oldest: all with an id of `before` or later are done.

    It begins at `begins_at`, and ends at `down_to`: then the row is deleted.
    """

    __tablename__ = "backfills"

    name: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[str]
    down_to: Mapped[str] = mapped_column(default="", server_default="")
    begins_at: Mapped[datetime]
