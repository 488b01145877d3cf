"""Answers to guides: what an agent has found out about a contact, step by step."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace


class GuideAnswer(InWorkspace, Base):
    """An answer to a step of a guide, as that was in its `version`.

    `guide_id` is the resource; `guide`, `title` and `goes_to` are what it was called and where its answer goes, so that
    the answer can be read when the guide is gone.
    """

    __tablename__ = "guide_answers"
    __table_args__ = (Index(None, "workspace_id"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    guide_id: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    guide: Mapped[str]
    title: Mapped[str]
    goes_to: Mapped[str]
    answer: Mapped[str]
    agent: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
