"""Suspensions: an operator's word that an agent gets nothing new, kept apart from configuration and from presence."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class Suspension(InWorkspace, Made, Base):
    """The suspension in force of one agent; it goes with the agent's resource."""

    __tablename__ = "suspensions"
    __table_args__ = (Index(None, "workspace_id"),)

    agent_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    agent: Mapped[str]
    reason: Mapped[str]
