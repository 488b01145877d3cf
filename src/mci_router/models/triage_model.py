"""Triage models: what each learnt from, and how it was judged.

A model is data: every process loads it from its row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, Made, word
from mci_router.vocabulary import ModelState


class TriageModel(Made, Base):
    """One model of a workspace.

    `training` is what it learnt from (`learning.training.Training`); `learnt` is what cross-validation found, null
    until it is trained; `report` is how it was judged, for people; `reason` why it was rejected, in words. `wanted_at`
    is when the workspace's topics and corrections last came to ask for just this model: the newest of a workspace is
    the one they ask for now. `claimed_until` is when the claim of the process that trains it lapses, and `attempts` how
    often it was claimed without an end. `fitted` is the model as a file (`classifier.packing`) and `fitted_sha256` its
    hash: null until it is trained, for old models that nobody uses, and where it was found to be damaged.
    """

    __tablename__ = "triage_models"
    __table_args__ = (
        Index("uq_triage_models_live", "workspace_id", unique=True, postgresql_where=text("state = 'live'")),
        Index("uq_triage_models_shadow", "workspace_id", unique=True, postgresql_where=text("state = 'shadow'")),
        Index(
            "ix_triage_models_in_use", "workspace_id", postgresql_where=text("state IN ('live','shadow','training')")
        ),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[ModelState] = mapped_column(word(ModelState, "state"))
    training: Mapped[dict[str, Any]]
    learnt: Mapped[dict[str, Any] | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None]
    wanted_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    fitted: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    fitted_sha256: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
