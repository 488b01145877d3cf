"""Requests that nobody decided in time lapse, news of schedules can be counted for ever, and digests are told"""

from alembic import op

revision = "0070"
down_revision = "0068"

STATES = {
    "shift_swaps": ("swap_state", ("asked", "accepted", "approved", "declined", "withdrawn")),
    "time_off": ("time_off_state", ("asked", "approved", "declined", "withdrawn")),
}
UNDECIDED = {"shift_swaps": "state IN ('asked', 'accepted')", "time_off": "state = 'asked'"}


def upgrade() -> None:
    for table, (name, states) in STATES.items():
        _allow(table, name, (*states, "lapsed"))
        op.execute(f"CREATE INDEX ix_{table}_undecided ON {table} (id) WHERE {UNDECIDED[table]}")
    op.execute("ALTER TABLE schedule_news ALTER COLUMN id TYPE bigint")
    op.execute("ALTER TABLE trend_digests ADD COLUMN told_at timestamptz")


def downgrade() -> None:
    op.execute("ALTER TABLE trend_digests DROP COLUMN told_at")
    op.execute("ALTER TABLE schedule_news ALTER COLUMN id TYPE integer")
    for table, (name, states) in STATES.items():
        op.execute(f"DROP INDEX ix_{table}_undecided")
        op.execute(f"UPDATE {table} SET state = 'withdrawn' WHERE state = 'lapsed'")  # noqa: S608 — names of ours
        _allow(table, name, states)


def _allow(table: str, name: str, states: tuple[str, ...]) -> None:
    """Has a table take these states."""
    check, allowed = f"ck_{table}_{name}", ", ".join(f"'{state}'" for state in states)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}, ADD CONSTRAINT {check} CHECK (state IN ({allowed}))")
