"""Sensitivity models of workspaces that add examples of their own, and how each was judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, Made, word
from mci_router.vocabulary import ModelState


class SensitivityModelRow(Made, Base):
    """One model of a workspace. `version` is the hash of what it learnt from, our examples included.

    `model` is the model as a file (`classifier.sensitivity.stored`), null until it is made, and `model_sha256` its
    hash; `report` is how it was judged, for people; `reason` says why it was rejected. `wanted_at` is when the
    configuration last came to ask for it; `claimed_until` is when the claim of the process that makes it lapses.
    """

    __tablename__ = "sensitivity_models"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[ModelState] = mapped_column(word(ModelState, "state"))
    model: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    model_sha256: Mapped[str | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None]
    wanted_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
