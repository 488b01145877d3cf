"""Configured resources of every kind (ADR 3: one table, spec as data)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made
from mci_router.specs.kinds import KINDS

POSTED_TO = "kind = 'adapter' AND (spec #>> '{outbound,by}') = 'webhook'"
"""The adapters to which messages are posted, in SQL."""


class Resource(InWorkspace, Made, Base):
    """One configured resource; `spec` is its specification as the workspace file has it."""

    __tablename__ = "resources"
    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", "name"),
        Index("ix_resources_adapters", "workspace_id", "name", postgresql_where=text("kind = 'adapter'")),
        CheckConstraint(f"kind IN ({','.join(repr(kind) for kind in KINDS)})", name="kind"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    spec: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
