"""The people of the community: members, what they flag and follow, and the news of the board that wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import FlagReason, FlagState, MemberLevel


class Member(InWorkspace, Made, Base):
    """Somebody who writes in the community: a customer of ours, or a member of a site that acts for it.

    `name` is what others read. `set_level` is a moderator's word; None: the level follows from what the member does.
    """

    __tablename__ = "community_members"
    __table_args__ = (
        CheckConstraint("num_nonnulls(customer_id, external_id) = 1", name="whose"),
        Index("uq_community_members_customer_id", "workspace_id", "customer_id", unique=True),
        Index("uq_community_members_external_id", "workspace_id", "external_id", unique=True),
        Index(None, "workspace_id", "id"),
        Index(None, "customer_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    external_id: Mapped[str | None]
    name: Mapped[str]
    set_level: Mapped[MemberLevel | None] = mapped_column(word(MemberLevel, "member_level"))


class Flag(InWorkspace, Made, Base):
    """A member says that a post, or a reply to it, should not be there. `counts`: enough such flags hide it."""

    __tablename__ = "community_flags"
    __table_args__ = (
        Index("uq_community_flags_member", "post_id", text("coalesce(reply_id, '')"), "member_id", unique=True),
        Index(None, "workspace_id", "state", "id"),
        Index(None, "reply_id"),
        Index(None, "member_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    reply_id: Mapped[str | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    member_id: Mapped[str] = mapped_column(ForeignKey("community_members.id", ondelete="CASCADE"))
    reason: Mapped[FlagReason] = mapped_column(word(FlagReason, "flag_reason"))
    note: Mapped[str | None]
    counts: Mapped[bool]
    state: Mapped[FlagState] = mapped_column(word(FlagState, "flag_state"), default=FlagState.OPEN)
    decided_at: Mapped[datetime | None]


class Follower(InWorkspace, Made, Base):
    """A member who hears of what is written to a post. The customer who asked does so without a row."""

    __tablename__ = "community_followers"
    __table_args__ = (Index(None, "member_id"),)

    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("community_members.id", ondelete="CASCADE"), primary_key=True)


class BoardNews(InWorkspace, Base):
    """An event of the board that is committed and not journalled yet; the row goes once it is."""

    __tablename__ = "community_news"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contact_id: Mapped[str]
    event: Mapped[str]
    facts: Mapped[dict[str, Any]]
