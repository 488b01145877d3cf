"""Attachments: files that customers, agents and machines send beside messages."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, Made, word
from mci_router.vocabulary import AttachmentState


class Attachment(Made, Base):
    """A file, whose bytes are in the store under `object`; None once they are removed.

    `name` is clean and masked; `content_type` is what the file is. `key` signs the links to it, and it alone.
    `preview`: the store has a small picture of it, too. `uploaded_by` is its sender, as in `agent:ada`. `blocks`: it
    may not be used or read until the scan found nothing; `why` it is blocked. `message_id` is the message that it is
    beside, None while it is unused. A workspace that is deleted leaves its rows here until the bytes are gone.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index(None, "workspace_id", "uploaded_by", postgresql_where=text("message_id IS NULL")),
        Index(None, "message_id", postgresql_where=text("message_id IS NOT NULL")),
        Index(None, "workspace_id", "case_id", postgresql_where=text("case_id IS NOT NULL")),
        Index(None, "created_at", postgresql_where=text("message_id IS NULL")),
        Index(None, "next_at", postgresql_where=text("state IN ('uploading', 'scanning', 'blocked', 'removing')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    object: Mapped[str | None]
    name: Mapped[str]
    content_type: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    key: Mapped[str]
    preview: Mapped[bool] = mapped_column(default=False, server_default=false())
    uploaded_by: Mapped[str]
    state: Mapped[AttachmentState] = mapped_column(word(AttachmentState, "state"))
    blocks: Mapped[bool] = mapped_column(default=False, server_default=false())
    why: Mapped[str | None]
    case_id: Mapped[str | None]
    contact_id: Mapped[str | None]
    message_id: Mapped[str | None]
    message_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]


class AttachmentAccount(Base):
    """What a workspace keeps in the store, in files and bytes; and the secret that signs calls to its scan."""

    __tablename__ = "attachment_accounts"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    files: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    scan_secret: Mapped[str | None]
