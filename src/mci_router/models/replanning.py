"""Replanning: how far a workspace's waiting contacts follow its configuration."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base


class ReplanningProgress(Base):
    """How far the places of one workspace's contacts follow its configuration. Whichever process goes on reads it.

    `revision` is the newest whose pass has begun, `done` the newest whose pass is over, `again_at` when a second one is
    due, for contacts that a process placed before it knew the revision. `rules` are the fingerprints of what decides
    places in `revision`, `changed` the names of those that have changed since both passes were last over. `replaced`
    has the skills that are gone, with what is asked for instead, if anything. `holder` makes the pass, until
    `held_until` at least.
    """

    __tablename__ = "replanning"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    again_at: Mapped[datetime | None]
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    changed: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    replaced: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]
