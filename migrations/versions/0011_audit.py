"""The audit trail"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

MOMENT = postgresql.TIMESTAMP(timezone=True)
WORKSPACE = "fk_audit_workspace_id_workspaces"
ACTORS = ("api_key", "agent", "cli", "system")


def upgrade() -> None:
    data = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.create_table(
        "audit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(*ACTORS, name="actor_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("before", data, nullable=True),
        sa.Column("after", data, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(WORKSPACE), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_workspace_id_id"), "audit", ["workspace_id", "id"])
    op.create_index(op.f("ix_audit_workspace_id_target_id"), "audit", ["workspace_id", "target", "id"])


def downgrade() -> None:
    op.drop_table("audit")
