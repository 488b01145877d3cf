"""Corrections: the topics that agents give to contacts when they complete them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import CorrectionState


class Correction(InWorkspace, Made, Base):
    """The topic that an agent gave a contact. A contact has one, the latest.

    `found` is the topic that triage found. `probability` is what the live model, `model`, gives the agent's `topic`:
    null where it does not know it. `confirms`: the model was certain of the same. `why` is the reason of a
    review, `settled_at` is when the correction got its state.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("contact_id"),
        Index(None, "workspace_id", "state", "id"),
        Index("ix_corrections_learnt", "workspace_id", "topic", "id", postgresql_where=text("state = 'accepted'")),
        Index(
            "ix_corrections_news",
            "workspace_id",
            "settled_at",
            postgresql_where=text("state = 'accepted' AND NOT confirms"),
        ),
        Index(None, "settled_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    agent: Mapped[str]
    topic: Mapped[str]
    found: Mapped[str | None]
    probability: Mapped[float | None]
    model: Mapped[str]
    text: Mapped[str]
    sensitive: Mapped[bool]
    confirms: Mapped[bool]
    state: Mapped[CorrectionState] = mapped_column(word(CorrectionState, "state"))
    why: Mapped[str | None]
    settled_at: Mapped[datetime]
