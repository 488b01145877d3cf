"""Suspended agents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"

WORKSPACE = "fk_suspensions_workspace_id_workspaces"
AGENT = "fk_suspensions_agent_id_resources"


def upgrade() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    op.create_table(
        "suspensions",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(WORKSPACE), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["agent_id"], ["resources.id"], name=op.f(AGENT), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_suspensions")),
    )
    op.create_index(op.f("ix_suspensions_workspace_id"), "suspensions", ["workspace_id"])


def downgrade() -> None:
    op.drop_table("suspensions")
