"""Swaps are found by the agents who take part: each desk reads its own; and what happens to schedules is told of"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0065"
down_revision = "0064"

SWAPS, NEWS = "shift_swaps", "schedule_news"
COLUMNS = ("agent", "other")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(op.f(f"ix_{SWAPS}_workspace_id_{column}"), SWAPS, ["workspace_id", column])
    op.create_table(
        NEWS,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{NEWS}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NEWS}")),
    )
    op.create_index(op.f(f"ix_{NEWS}_workspace_id_id"), NEWS, ["workspace_id", "id"])


def downgrade() -> None:
    op.drop_table(NEWS)
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_{SWAPS}_workspace_id_{column}"), SWAPS)
