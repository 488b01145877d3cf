"""How customers get in: the keys with which a workspace's sites sign for them, and when sessions were ended."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import KeyAlgorithm


class CustomerKey(InWorkspace, Made, Base):
    """A key with which a site of the workspace signs its customers' tokens; its id is their `kid`.

    For HS256 it has a `secret`, which verifies as it signs, so it is kept in the clear like those of webhooks; only the
    answer that makes it shows it, and no log does. For the others it has a `public_key` (PEM) and no secret.
    """

    __tablename__ = "customer_keys"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    algorithm: Mapped[KeyAlgorithm] = mapped_column(word(KeyAlgorithm, "algorithm"))
    secret: Mapped[str | None]
    public_key: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class SessionsEnded(Base):
    """When a customer's sessions were last ended: a token that was made before is refused.

    Kept for longer than any token is valid, also when the customer is erased meanwhile.
    """

    __tablename__ = "customer_sessions_ended"
    __table_args__ = (Index(None, "ended_at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
