"""The built-in community board: posts and their replies."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class Post(InWorkspace, Made, Base):
    """A contact's question, in public: without the customer's name and addresses.

    Moderators alone see a `hidden` one.
    """

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("status IN ('open','answered','closed')", name="status"),
        Index(None, "workspace_id", "id"),
        Index("uq_posts_open_contact", "contact_id", unique=True, postgresql_where=text("status = 'open'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    topic: Mapped[str | None]
    title: Mapped[str]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    closed_at: Mapped[datetime | None]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())


class Reply(InWorkspace, Made, Base):
    """An answer to a post. The accepted one resolves the contact; moderators alone see a `hidden` one."""

    __tablename__ = "replies"
    __table_args__ = (Index(None, "workspace_id", "post_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author: Mapped[str]
    body: Mapped[str]
    accepted: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
