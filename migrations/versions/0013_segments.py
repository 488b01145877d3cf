"""Segments: one row for each stay of a contact in a queue"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

MOMENT = postgresql.TIMESTAMP(timezone=True)
WORKSPACE = "fk_segments_workspace_id_workspaces"
CHANNELS = ("voice", "email", "chat", "sms", "messaging", "social", "community", "product")
CELLS = (
    "high_volume_low_touch",
    "low_volume_low_touch",
    "high_volume_high_touch",
    "low_volume_high_touch",
)
LEFT_AS = (
    *("answered", "abandoned", "short_abandoned", "overflowed", "transferred", "escalated"),
    *("agent_lost", "callback", "resolved", "cancelled"),
)
SECONDS = ("waited_s", "held_s", "parked_s", "talk_s", "wrap_up_s")
MONTHS_BEFORE, MONTHS_AHEAD = 36, 4  # what is older goes to the default partition


# The segments of contacts that there are, by the upkeep of the new version; those of the last day once more when the
# routers of the version before have ended, whose contacts it may have passed by.
EXISTING = """
    INSERT INTO backfills (name, before, down_to, begins_at)
    SELECT name, '~', down_to, begins_at
    FROM (SELECT id FROM contacts ORDER BY id DESC LIMIT 1) newest, LATERAL (VALUES
      ('segments', '', now()),
      ('segments of the last day', 'con_' || lpad(to_hex(
        CAST(extract(epoch FROM now() - interval '1 day') * 1000 AS bigint)), 12, '0'), now() + interval '15 minutes')
    ) AS v(name, down_to, begins_at)
"""


def upgrade() -> None:
    op.add_column("contacts", sa.Column("segment", sa.Integer(), server_default="0", nullable=False))
    op.add_column("contacts", sa.Column("entered_at", MOMENT, nullable=True))
    op.create_table(
        "segments",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", _word("channel", CHANNELS), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("cell", _word("cell", CELLS), nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("left_as", _word("left_as", LEFT_AS), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("offers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("target_s", sa.Float(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.Float(), server_default="0", nullable=False) for name in SECONDS),
        sa.Column("journal_id", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(WORKSPACE), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "contact_id", "n", "entered_at", name=op.f("pk_segments")),
        postgresql_partition_by="RANGE (entered_at)",
    )
    op.create_index(op.f("ix_segments_workspace_id_entered_at"), "segments", ["workspace_id", "entered_at"])
    op.create_index(
        "ix_segments_open", "segments", ["workspace_id", "queue"], postgresql_where=sa.text("left_at IS NULL")
    )
    op.create_table(
        "backfills",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("down_to", sa.Text(), server_default="", nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backfills")),
    )
    op.execute(EXISTING)
    op.execute("CREATE TABLE segments_default PARTITION OF segments DEFAULT")
    for month in _months():
        op.execute(
            f"CREATE TABLE segments_y{month:%Ym%m} PARTITION OF segments "
            f"FOR VALUES FROM ('{month} 00:00+00') TO ('{_after(month, 1)} 00:00+00')"
        )


def downgrade() -> None:
    op.drop_table("backfills")
    op.drop_table("segments")
    op.drop_column("contacts", "entered_at")
    op.drop_column("contacts", "segment")


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _months() -> list[date]:
    """Returns the first days of the months of the oldest contact to some months from now."""
    now = datetime.now(UTC).date().replace(day=1)
    oldest = op.get_bind().scalar(sa.text("SELECT accepted_at FROM contacts ORDER BY id LIMIT 1"))
    first = max(_after(now, -MONTHS_BEFORE), oldest.astimezone(UTC).date().replace(day=1)) if oldest else now
    months = [first]
    while months[-1] < _after(now, MONTHS_AHEAD):
        months.append(_after(months[-1], 1))
    return months


def _after(month: date, number: int) -> date:
    years, months = divmod(month.year * 12 + month.month - 1 + number, 12)
    return date(years, months + 1, 1)
