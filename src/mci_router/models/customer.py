"""Customers, and the addresses by which each is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class Customer(InWorkspace, Made, Base):
    """One person, whatever the channel."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class CustomerAddress(InWorkspace, Base):
    """An address of a customer: each belongs to one customer, and a customer may have many.

    `opted_out_at`: who has it wants to hear no more there, which every sender must ask.

    The customer's row may follow within the transaction: who wins the address decides which customer is made.
    """

    __tablename__ = "customer_addresses"
    __table_args__ = (
        CheckConstraint("kind IN ('external_id','email','phone')", name="kind"),
        Index(None, "customer_id"),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    opted_out_at: Mapped[datetime | None]
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", deferrable=True, initially="DEFERRED", ondelete="CASCADE"))
