"""Decisions: which route a contact took and why, one for each rung it was put on."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class Decision(InWorkspace, Made, Base):
    """What triage found and which rung was chosen, with the reasons in words."""

    __tablename__ = "decisions"
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    triage: Mapped[dict[str, Any]]
    route: Mapped[dict[str, Any]]
