"""Events by month, second step: all rows are read for the bound, while everybody reads and writes them"""

from alembic import op

revision = "0014b"
down_revision = "0014a"


def upgrade() -> None:
    op.execute("ALTER TABLE events VALIDATE CONSTRAINT ck_events_before")


def downgrade() -> None:
    """Does nothing: the bound itself goes with the step before."""
