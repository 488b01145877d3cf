"""Moves between public and private: who took a conversation where, and what was shown on the way back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made


class ModalityMove(InWorkspace, Made, Base):
    """One move of a contact's conversation, `one_to_one` or back to `many_to_many`; a contact's last one is in force.

    `by` is `agent:…`, `key:…` or `rule:…`. `post_id` is the post that it stood in then, `hid` says that the move hid
    that post. `summary` is what was shown in public on the way back, as `reply_id` on the board, and `accepted` says
    that it is the accepted answer. `told_at`: when all who are to hear of the move had heard of it.
    """

    __tablename__ = "modality_moves"
    __table_args__ = (
        CheckConstraint("goes_to IN ('one_to_one','many_to_many')", name="goes_to"),
        Index(None, "contact_id", "id"),
        Index("ix_modality_moves_untold", "id", postgresql_where=text("told_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    goes_to: Mapped[str]
    by: Mapped[str]
    post_id: Mapped[str | None]
    hid: Mapped[bool] = mapped_column(default=False, server_default=false())
    summary: Mapped[str | None]
    accepted: Mapped[bool] = mapped_column(default=False, server_default=false())
    reply_id: Mapped[str | None]
    told_at: Mapped[datetime | None]
