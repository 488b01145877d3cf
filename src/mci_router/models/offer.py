"""Offers: a contact offered to an agent, and the agent's answer."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import OfferState


class Offer(InWorkspace, Base):
    """One offer, as the journal records it."""

    __tablename__ = "offers"
    __table_args__ = (Index(None, "workspace_id", "contact_id"), Index(None, "workspace_id", "agent"))

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str]
    agent: Mapped[str]
    queue: Mapped[str | None]
    state: Mapped[OfferState] = mapped_column(word(OfferState, "state"))
    why: Mapped[str | None]
    created_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
