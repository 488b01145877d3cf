"""Erasures: which customers were erased, and how far that is."""

from datetime import datetime

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import ErasureState


class Erasure(InWorkspace, Base):
    """A customer who is erased, with those who were merged into it: `customers` has the ids of all.

    `left_id` is the customer without anything who has its cases since. `after` is the last contact whose words are
    gone, `next_at` when the work goes on: after `erased_at`, once more for what was on its way. `untold`: the journal
    does not say so yet.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index(None, "customers", postgresql_using="gin"),
        Index("ix_erasures_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_erasures_untold", "workspace_id", postgresql_where=text("untold")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    customers: Mapped[list[str]]
    left_id: Mapped[str]
    state: Mapped[ErasureState] = mapped_column(word(ErasureState, "erasure_state"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    after: Mapped[str] = mapped_column(default="", server_default="")
    next_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    untold: Mapped[bool] = mapped_column(default=False, server_default=false())
