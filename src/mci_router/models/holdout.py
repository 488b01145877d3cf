"""The holdout: examples that no comparison of models has learnt from."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, Made


class TriageHoldout(Made, Base):
    """One example of a topic, set aside when the topic was first seen, and kept however the topic's examples change."""

    __tablename__ = "triage_holdout"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    text_hash: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str]
    text: Mapped[str]
