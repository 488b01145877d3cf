"""A conversation that began in public is taken to a private chat, and back"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("taken_private_at", TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "taken_private_at")
