"""Trends of weeks that are over."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


class TrendDigest(Base):
    """What rose and fell in a week, which began on the Monday `week`, as it was found once the week was over.

    `told_at` is when it was journalled for webhooks.
    """

    __tablename__ = "trend_digests"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    digest: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    told_at: Mapped[datetime | None]
