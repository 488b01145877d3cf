"""A contact says what served it: an article, a workflow, a post, an incident"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("served_by", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "served_by")
