"""Histories from elsewhere can be imported"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0063"
down_revision = "0062"

TABLE = "imported_intervals"
MEASURES = ("arrivals", "handled", "handle_s")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("workspace_id", sa.Text(), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("queue", sa.Text(), primary_key=True),
        sa.Column("channel", sa.Text(), primary_key=True),
        sa.Column("starts_at", TIMESTAMP(timezone=True), primary_key=True),
        *(sa.Column(name, sa.Float(), nullable=False) for name in MEASURES),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
