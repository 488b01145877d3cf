"""Attachments: files beside messages, and what each workspace keeps of them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0035"
down_revision = "0034"

TABLE = "attachments"
STATES = ("uploading", "scanning", "stored", "clean", "blocked", "removing")
UNUSED, USED = sa.text("message_id IS NULL"), sa.text("message_id IS NOT NULL")
UNDER_WAY = sa.text("state IN ('uploading', 'scanning', 'blocked', 'removing')")


def upgrade() -> None:
    op.create_table(
        TABLE,
        _text("id"),
        _text("workspace_id"),
        _text("object", null=True),
        *map(_text, ("name", "content_type")),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        *map(_text, ("sha256", "key")),
        sa.Column("preview", sa.Boolean(), nullable=False, server_default=sa.false()),
        _text("uploaded_by"),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("blocks", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(_text(name, null=True) for name in ("why", "case_id", "contact_id", "message_id")),
        _moment("message_at", null=True),
        _moment("used_at", null=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        _moment("next_at"),
        sa.Column("created_at", TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
    )
    for columns, where in (
        (["workspace_id", "uploaded_by"], UNUSED),
        (["message_id"], USED),
        (["created_at"], UNUSED),
        (["next_at"], UNDER_WAY),
    ):
        op.create_index(f"ix_{TABLE}_{'_'.join(columns)}", TABLE, columns, postgresql_where=where)
    op.create_table(
        "attachment_accounts",
        _text("workspace_id"),
        sa.Column("files", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"),
        _text("scan_secret", null=True),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_attachment_accounts"),
    )
    op.add_column("messages", sa.Column("attachments", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "attachments")
    op.drop_table("attachment_accounts")
    op.drop_table(TABLE)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, TIMESTAMP(timezone=True), nullable=null)
