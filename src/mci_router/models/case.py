"""Cases: what a customer wants, over all the contacts it takes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace

_DRAWN = "substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(uuid_send(gen_random_uuid()), 0) & 31) + 1, 1)"
REFERENCE = " || ".join([*[_DRAWN] * 4, "'-'", *[_DRAWN] * 4])
"""Makes a reference in SQL, for a row of a router of the version before, which knows of none."""


class Case(InWorkspace, Base):
    """One matter of one customer. A customer has at most one open case of a topic, and any number without a topic.

    An unknown topic is empty. For customers known by claims alone it always is, so that no contact joins their cases
    by topic. `reference` is what the customer names it by, at random. `last_seq` is the number of its last message.
    `linked_to` is the case in whose conversation this one began, with something else. `verified_as` is the customer
    whom an agent or a key verified the person to be, for this case, at `verified_at`. A closed one is opened again by
    a contact of its topic that comes before `reopens_until`.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("status IN ('open','closed')", name="status"),
        Index(
            "uq_cases_open",
            "workspace_id",
            "customer_id",
            "topic",
            unique=True,
            postgresql_where=text("status = 'open' AND topic <> ''"),
        ),
        Index("uq_cases_reference", "workspace_id", "reference", unique=True),
        Index(None, "workspace_id", "customer_id", "last_contact_at"),
        Index(
            "ix_cases_reopening",
            "workspace_id",
            "customer_id",
            "topic",
            postgresql_where=text("reopens_until IS NOT NULL"),
        ),
        Index("ix_cases_linked_to", "linked_to", postgresql_where=text("linked_to IS NOT NULL")),
        Index("ix_cases_verified_as", "verified_as", postgresql_where=text("verified_as IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(server_default=text(REFERENCE))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime]
    last_contact_at: Mapped[datetime]
    contacts: Mapped[int] = mapped_column(default=1)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    closed_at: Mapped[datetime | None]
    reopens_until: Mapped[datetime | None]
    linked_to: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]
    verified_as: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
