"""Swaps are found by the agents who take part: each desk reads its own"""

from alembic import op

revision = "0065"
down_revision = "0064"

TABLE = "shift_swaps"
COLUMNS = ("agent", "other")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(op.f(f"ix_{TABLE}_workspace_id_{column}"), TABLE, ["workspace_id", column])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_{TABLE}_workspace_id_{column}"), TABLE)
