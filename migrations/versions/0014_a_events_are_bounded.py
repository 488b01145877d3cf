"""Events by month, first step: a bound on the table so far, which holds for what comes from now on"""

from datetime import UTC, datetime, timedelta

from alembic import op

revision = "0014a"
down_revision = "0013"

TIME_TO_MIGRATE = timedelta(days=7)  # until the last step has run, the table takes all that comes


def upgrade() -> None:
    ready = datetime.now(UTC) + TIME_TO_MIGRATE
    month = datetime(ready.year + ready.month // 12, ready.month % 12 + 1, 1, tzinfo=UTC)
    bound = f"{month.timestamp() * 1000:015.0f}"  # ids begin with milliseconds
    op.execute(f"ALTER TABLE events ADD CONSTRAINT ck_events_before CHECK (id < '{bound}') NOT VALID")


def downgrade() -> None:
    op.execute("ALTER TABLE events DROP CONSTRAINT ck_events_before")
