"""Rate limits of single keys"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("rate_per_s", sa.Float(), nullable=True))
    op.add_column("api_keys", sa.Column("rate_burst", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "rate_burst")
    op.drop_column("api_keys", "rate_per_s")
