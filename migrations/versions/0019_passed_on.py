"""Where a warm transfer would take a contact, until somebody accepts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("passed_on", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "passed_on")
