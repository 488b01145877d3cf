"""Retention: what agents offered to customers who may leave, and who stays."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace


class Retention(InWorkspace, Base):
    """The result of one contact, as the agent who completed it says.

    `offers_kept` of the `offers_made` the customer took; `amount` is what staying is worth, in the workspace's
    currency.
    """

    __tablename__ = "retentions"
    __table_args__ = (Index(None, "workspace_id", "at"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    agent: Mapped[str]
    queue: Mapped[str | None]
    topic: Mapped[str]
    offers_made: Mapped[int]
    offers_kept: Mapped[int]
    saved: Mapped[bool]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
