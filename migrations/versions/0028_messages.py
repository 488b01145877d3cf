"""Messages: one stream a case, with what goes on with each"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0028"
down_revision = "0027"

WORDS = {
    "kind": ("customer", "agent", "bot", "system", "note"),
    "channel": ("voice", "email", "chat", "sms", "messaging", "social", "community", "product"),
    "visibility": ("private", "public"),
    "delivery": ("queued", "failed", "sent", "delivered", "read"),
    "state": ("queued", "sent", "failed"),
}
MONTHS_AHEAD = 3  # upkeep makes the next ones
OLD, NEW = "ix_contacts_conversations", "ix_contacts_of_conversation"


def upgrade() -> None:
    op.add_column("cases", sa.Column("last_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("contacts", sa.Column("adapter", sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("first_seq", sa.BigInteger(), nullable=True))
    _messages()
    _beside_them()
    with op.get_context().autocommit_block():
        op.drop_index(NEW, "contacts", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            NEW,
            "contacts",
            ["workspace_id", "channel_ref", "customer_id", "id"],
            postgresql_where=sa.text("channel_ref IS NOT NULL"),
            postgresql_concurrently=True,
        )
        op.drop_index(OLD, "contacts", postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            OLD,
            "contacts",
            ["workspace_id", "customer_id", "channel_ref"],
            postgresql_where=sa.text("channel_ref IS NOT NULL AND ended_at IS NULL"),
            postgresql_concurrently=True,
        )
        op.drop_index(NEW, "contacts", postgresql_concurrently=True)
    for table in ("unannounced_messages", "outbound_messages", "read_marks", "message_revisions", "message_keys"):
        op.drop_table(table)
    op.drop_table("messages")
    op.drop_column("contacts", "first_seq")
    op.drop_column("contacts", "adapter")
    op.drop_column("cases", "last_seq")


def _messages() -> None:
    op.create_table(
        "messages",
        _text("id"),
        _moment("received_at"),
        *_of("messages", "workspace", "case"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("contact_id"),
        _word("kind"),
        _text("author"),
        _text("to_agent", null=True),
        _word("channel"),
        _word("visibility"),
        _text("text"),
        _text("html", null=True),
        _text("in_reply_to", null=True),
        sa.Column("ai", JSONB(), nullable=True),
        _moment("occurred_at"),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        _moment("edited_at", null=True),
        _moment("redacted_at", null=True),
        _text("redacted_by", null=True),
        _text("redacted_why", null=True),
        _text("adapter", null=True),
        _word("delivery", null=True),
        sa.Column("delivery_error", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", "received_at", name="pk_messages"),
        postgresql_partition_by="RANGE (received_at)",
    )
    op.create_index("ix_messages_case_id_seq", "messages", ["case_id", "seq"])
    op.execute("CREATE TABLE messages_default PARTITION OF messages DEFAULT")
    for later in range(MONTHS_AHEAD):
        since, until = _month(later), _month(later + 1)
        bounds = f"FROM ('{since.isoformat()}') TO ('{until.isoformat()}')"
        op.execute(f"CREATE TABLE messages_{since:%Y_%m} PARTITION OF messages FOR VALUES {bounds}".replace(":", "\\:"))


def _month(later: int) -> datetime:
    """Returns when a month begins, in UTC: this one, or one so many later."""
    now = datetime.now(UTC)
    months = now.year * 12 + now.month - 1 + later
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _beside_them() -> None:
    op.create_table(
        "message_keys",
        *_of("message_keys", "workspace"),
        _text("owner"),
        _text("key"),
        _text("fingerprint"),
        _text("message_id"),
        _moment("received_at"),
        sa.PrimaryKeyConstraint("workspace_id", "owner", "key", name="pk_message_keys"),
    )
    op.create_index("ix_message_keys_received_at", "message_keys", ["received_at"])
    op.create_table(
        "message_revisions",
        *_of("message_revisions", "workspace", "case"),
        _text("message_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("text"),
        _text("html", null=True),
        _moment("replaced_at"),
        _text("replaced_by"),
        sa.PrimaryKeyConstraint("message_id", "revision", name="pk_message_revisions"),
    )
    op.create_index("ix_message_revisions_case_id", "message_revisions", ["case_id"])
    op.create_table(
        "read_marks",
        *_of("read_marks", "workspace", "case"),
        _text("party"),
        sa.Column("up_to_seq", sa.BigInteger(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("case_id", "party", name="pk_read_marks"),
    )
    op.create_table(
        "outbound_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *_of("outbound_messages", "workspace", "case"),
        _text("adapter"),
        _text("contact_id"),
        _text("message_id"),
        _moment("received_at"),
        _word("state"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        _moment("next_at"),
        _text("last_error", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_messages"),
    )
    op.create_index("ix_outbound_messages_case_id", "outbound_messages", ["case_id"])
    op.create_index("ix_outbound_messages_of_adapter", "outbound_messages", ["workspace_id", "adapter", "id"])
    op.create_index("ix_outbound_messages_of_message", "outbound_messages", ["message_id"])
    waiting = sa.text("state = 'queued'")
    op.create_index("ix_outbound_messages_waiting", "outbound_messages", ["next_at"], postgresql_where=waiting)
    op.create_table(
        "unannounced_messages",
        *_of("unannounced_messages", "workspace"),
        _text("message_id"),
        _moment("received_at"),
        _text("contact_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_unannounced_messages"),
    )


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, TIMESTAMP(timezone=True), nullable=null)


def _word(name: str, *, null: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*WORDS[name], name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=null)


def _of(table: str, *owners: str) -> list[sa.schema.SchemaItem]:
    """Returns columns with the ids of what a row belongs to, and goes with."""
    columns: list[sa.schema.SchemaItem] = [_text(f"{owner}_id") for owner in owners]
    return columns + [
        sa.ForeignKeyConstraint(
            [f"{owner}_id"], [f"{owner}s.id"], name=f"fk_{table}_{owner}_id_{owner}s", ondelete="CASCADE"
        )
        for owner in owners
    ]
