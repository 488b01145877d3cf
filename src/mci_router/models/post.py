"""The built-in community board: posts and their replies."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import HiddenWhy


class Post(InWorkspace, Made, Base):
    """A contact's question, in public: without the customer's name and addresses.

    Moderators alone see a `hidden` one; `hidden_why` is None where it is private. Nobody but moderators replies to a
    `locked` one.
    """

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("status IN ('open','answered','closed')", name="status"),
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "topic", "id"),
        Index(None, "contact_id"),
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
    hidden_why: Mapped[HiddenWhy | None] = mapped_column(word(HiddenWhy, "hidden_why"))
    locked: Mapped[bool] = mapped_column(default=False, server_default=false())


class Reply(InWorkspace, Made, Base):
    """An answer to a post. The accepted one resolves the contact; moderators alone see a `hidden` one.

    `member_id` is who wrote it, where that is known; `key` is its sender's own, with which it is added once. A `note`
    is the company's word on the thread, and no answer.
    """

    __tablename__ = "replies"
    __table_args__ = (
        Index(None, "workspace_id", "post_id", "id"),
        Index(None, "workspace_id", "id"),
        Index("ix_replies_hidden", "workspace_id", "id", postgresql_where=text("hidden")),
        Index("ix_replies_member_id", "member_id", "id", postgresql_where=text("member_id IS NOT NULL")),
        Index("uq_replies_key", "post_id", "key", unique=True, postgresql_where=text("key IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author: Mapped[str]
    body: Mapped[str]
    accepted: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    hidden_why: Mapped[HiddenWhy | None] = mapped_column(word(HiddenWhy, "hidden_why"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("community_members.id", ondelete="SET NULL"))
    note: Mapped[bool] = mapped_column(default=False, server_default=false())
    key: Mapped[str | None]
