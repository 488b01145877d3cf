"""Participants: agents who join a conversation that another agent serves."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, word
from mci_router.vocabulary import ParticipantRole


class Participant(Base):
    """The time in which an agent took part in a conversation; `why` it ended, once it has."""

    __tablename__ = "participants"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(primary_key=True)
    role: Mapped[ParticipantRole] = mapped_column(word(ParticipantRole, "participant_role"))
    left_at: Mapped[datetime | None]
    why: Mapped[str | None]
