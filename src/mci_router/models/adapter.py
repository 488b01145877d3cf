"""Links to channel adapters: what the router knows of each at run time, beside its configuration."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace


class AdapterLink(InWorkspace, Base):
    """The link to one adapter.

    `secret` signs what is posted to it; only the answer that makes it shows it. `failures` counts attempts in a row
    without a success; `unreachable_since` is when it began to take nothing, `why` a word for that, and until
    `paused_until` it is left alone. `stream` names the connection that reads its messages; that holds until
    `stream_until`, and any other that comes takes its place.
    """

    __tablename__ = "adapter_links"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    adapter: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str | None]
    previous_secret: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    unreachable_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    why: Mapped[str | None]
    stream: Mapped[str | None]
    stream_until: Mapped[datetime | None]
