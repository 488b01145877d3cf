"""Automatic answers: what the service itself has written to customers, or why not, so that nobody gets two."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace


class AutomaticAnswer(InWorkspace, Base):
    """The acknowledgement of a contact: to be written unless `why` says why not, and written since `written_at`.

    Of a case there is one at most. `address` is a fingerprint of that at which the customer is written to.
    """

    __tablename__ = "automatic_answers"
    __table_args__ = (
        Index("uq_automatic_answers_of_case", "case_id", unique=True, postgresql_where=text("why IS NULL")),
        Index("ix_automatic_answers_to_address", "workspace_id", "address", "at", postgresql_where=text("why IS NULL")),
        Index(
            "ix_automatic_answers_unwritten",
            "workspace_id",
            "contact_id",
            postgresql_where=text("why IS NULL AND written_at IS NULL"),
        ),
    )

    contact_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str | None]
    written_at: Mapped[datetime | None]
