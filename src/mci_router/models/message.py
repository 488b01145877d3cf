"""Messages: what is said in a case, one stream for all its contacts; and what goes on with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, false, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import Channel, MessageDelivery, MessageKind, OutboundState, Visibility


class Message(InWorkspace, Base):
    """A message of a case. `seq` is its place in it: the order that counts. Partitioned by month on `received_at`.

    The first message of a contact is what it came with, and has the contact's own id behind its prefix. `author` is the
    agent's or the bot's name, the customer's id, or the name of the key that wrote for them. `to_agent`: a note to one
    agent alone. `text` is masked, `html` harmless. `ai` says which machine wrote it: `{name, version, disclosed}`.
    `occurred_at` is the channel's clock, which is shown; `received_at` is ours, which decides. A redacted message keeps
    all but its words. `delivery` is how far it has come to the customer, None where that is not known or not its way;
    `delivery_error` why it failed: `{slug, detail, retryable}`. `attachments` are the files beside it, as
    `attachments.rows.AS_JSON` writes them.
    """

    __tablename__ = "messages"
    __table_args__ = (Index(None, "case_id", "seq"), {"postgresql_partition_by": "RANGE (received_at)"})

    id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)
    contact_id: Mapped[str]
    kind: Mapped[MessageKind] = mapped_column(word(MessageKind, "kind"))
    author: Mapped[str]
    to_agent: Mapped[str | None]
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    visibility: Mapped[Visibility] = mapped_column(word(Visibility, "visibility"))
    text: Mapped[str]
    html: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    ai: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    occurred_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    edited_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
    redacted_by: Mapped[str | None]
    redacted_why: Mapped[str | None]
    adapter: Mapped[str | None]
    delivery: Mapped[MessageDelivery | None] = mapped_column(word(MessageDelivery, "delivery"))
    delivery_error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))


class MessageKey(Base):
    """A key that an author or an adapter gave a message, so that it is written once. Kept for 90 days.

    `owner` is whose key it is, as in `adapter:shop-chat` or `agent:ada`; `fingerprint` of what was said with it.
    `headers`, of a mail: `{id, subject}`, by which an answer is threaded at the customer's.
    """

    __tablename__ = "message_keys"
    __table_args__ = (Index(None, "received_at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    message_id: Mapped[str]
    received_at: Mapped[datetime]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class MessageRevision(InWorkspace, Base):
    """What a message said before it was edited."""

    __tablename__ = "message_revisions"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    html: Mapped[str | None]
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[str]


class ReadMark(InWorkspace, Base):
    """Up to which message of a case a party has read: `customer`, or an agent as in `agent:ada`."""

    __tablename__ = "read_marks"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    party: Mapped[str] = mapped_column(primary_key=True)
    up_to_seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class OutboundMessage(InWorkspace, Base):
    """A message on its way to an adapter. Of a case they go one after the other, by `id`.

    `queued_at` is since when it waits, `claimed_until` when the claim of the process that sends it lapses. `written` is
    its place on the adapter's stream, in the order in which that was written. `untold`: its delivery has changed, and
    the journal does not have that yet.
    """

    __tablename__ = "outbound_messages"
    __table_args__ = (
        Index("ix_outbound_messages_of_adapter", "workspace_id", "adapter", "id"),
        Index("ix_outbound_messages_waiting", "next_at", postgresql_where=text("state = 'queued'")),
        Index("ix_outbound_messages_of_message", "message_id"),
        Index(
            "ix_outbound_messages_queued", "workspace_id", "adapter", "id", postgresql_where=text("state = 'queued'")
        ),
        Index(
            "ix_outbound_messages_since",
            "workspace_id",
            "adapter",
            "queued_at",
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_outbound_messages_untold", "workspace_id", "id", postgresql_where=text("untold")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    adapter: Mapped[str]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[str]
    message_id: Mapped[str]
    received_at: Mapped[datetime]
    state: Mapped[OutboundState] = mapped_column(word(OutboundState, "state"))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    last_error: Mapped[str | None]
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]
    written: Mapped[int | None] = mapped_column(BigInteger)
    untold: Mapped[bool] = mapped_column(server_default=false())


class UnannouncedMessage(InWorkspace, Base):
    """A message that the journal does not have yet: written with the message, gone once that is journalled."""

    __tablename__ = "unannounced_messages"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    contact_id: Mapped[str]


class UntoldChange(InWorkspace, Base):
    """An edit or a redaction that the journal does not have yet: written with it, gone once that is journalled."""

    __tablename__ = "untold_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[str]
    received_at: Mapped[datetime]
    redacted: Mapped[bool]
