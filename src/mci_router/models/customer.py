"""Customers, the addresses by which each is known, and what was merged."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text, true
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import NoPerson, Trust


class Customer(InWorkspace, Made, Base):
    """One person, whatever the channel.

    `trust` is the highest trust behind it. A customer known by claims alone has `claim`: a contact that
    claims the same again is this customer's. `merged_into` is the customer who this one turned out to be. `no_person`:
    it was erased, or is what an erased one has left.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("uq_customers_claim", "workspace_id", "claim", unique=True, postgresql_where=text("claim IS NOT NULL")),
        Index(None, "workspace_id", "id"),
        Index(
            "ix_customers_name_words",
            text("to_tsvector('simple', name)"),
            postgresql_using="gin",
            postgresql_where=text("name IS NOT NULL"),
        ),
        Index("ix_customers_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trust: Mapped[Trust] = mapped_column(
        word(Trust, "trust"), default=Trust.CLAIMED, server_default=Trust.AUTHENTICATED
    )
    claim: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    no_person: Mapped[NoPerson | None] = mapped_column(word(NoPerson, "no_person"))


class CustomerAddress(InWorkspace, Base):
    """An address of a customer. A customer may have many, and several customers may share one.

    One of the customers to whom it is proven to belong is its `lead`. `alone` says that the address by itself
    identifies the lead: where several customers are known by other means, it identifies none of them. A mere claim
    never leads. `opted_out_at` is when its owner asked for no further messages there: every sender must ask for it.
    `failing_since` is when a message first came back from there; something that comes from there ends that.

    The customer's row may follow within the transaction: which customer is made depends on who wins the address.
    """

    __tablename__ = "customer_addresses"
    __table_args__ = (
        CheckConstraint("kind IN ('external_id','email','phone')", name="kind"),
        Index(None, "customer_id"),
        Index(
            "uq_customer_addresses_lead", "workspace_id", "kind", "value", unique=True, postgresql_where=text("lead")
        ),
        Index(
            "ix_customer_addresses_proven",
            "workspace_id",
            "kind",
            "value",
            "lead",
            postgresql_where=text("trust <> 'claimed'"),
        ),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    opted_out_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", deferrable=True, initially="DEFERRED", ondelete="CASCADE"), primary_key=True
    )
    trust: Mapped[Trust] = mapped_column(word(Trust, "trust"), server_default=Trust.AUTHENTICATED)
    lead: Mapped[bool] = mapped_column(server_default=true())
    alone: Mapped[bool] = mapped_column(server_default=true())


class CustomerMerge(InWorkspace, Base):
    """Two customers who turned out to be one. `before` is how both were, `moved` what came over: a split makes them two
    again by these.

    `untold` are the events that are not journalled yet: `[{event, told}]`.
    """

    __tablename__ = "customer_merges"
    __table_args__ = (
        Index("uq_customer_merges_open", "customer_id", unique=True, postgresql_where=text("split_at IS NULL")),
        Index(None, "customer_id"),
        Index(None, "workspace_id", "into_id", "id"),
        Index("ix_customer_merges_untold", "workspace_id", postgresql_where=text("untold <> '[]'::jsonb")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    into_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    before: Mapped[dict[str, Any]]
    moved: Mapped[dict[str, Any]]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    split_at: Mapped[datetime | None]
    split_by: Mapped[str | None]
    untold: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
