"""An answered post of the community answers a contact"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("answered_from", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "answered_from")
