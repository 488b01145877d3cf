"""Workspaces: the tenants. Each row of every other table belongs to one."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, Made


class Workspace(Made, Base):
    """One tenant, its thresholds, and the revision of its configuration, which rises with every change."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    spec: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
