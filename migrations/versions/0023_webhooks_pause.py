"""Webhooks whose endpoint stalls are paused"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0023"
down_revision = "0022"

COUNTERS = ("failures", "pauses")
MOMENTS = ("paused_since", "paused_until")


def upgrade() -> None:
    for counter in COUNTERS:
        op.add_column("webhooks", sa.Column(counter, sa.Integer(), nullable=False, server_default="0"))
    for moment in MOMENTS:
        op.add_column("webhooks", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    op.add_column("webhooks", sa.Column("paused_why", sa.Text(), nullable=True))
    op.add_column("webhooks", sa.Column("untold", ARRAY(sa.Text()), nullable=False, server_default="{}"))


def downgrade() -> None:
    for column in ("untold", "paused_why", *MOMENTS, *COUNTERS):
        op.drop_column("webhooks", column)
