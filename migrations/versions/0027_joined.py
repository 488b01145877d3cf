"""Calls, and agents who join a conversation"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026b"

MOMENT = sa.TIMESTAMP(timezone=True)
ROLES = "'consult', 'read_along'"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("call", JSONB(), nullable=True))
    op.create_table(
        "participants",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_participants_participant_role")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_participants_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "contact_id", "agent", "joined_at", name=op.f("pk_participants")),
    )


def downgrade() -> None:
    op.drop_table("participants")
    op.drop_column("contacts", "call")
