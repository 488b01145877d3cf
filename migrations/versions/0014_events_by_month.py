"""Events by month, last step: the table so far becomes the first partition where it is; no row is read or moved"""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0014b"

BOUND = """
    SELECT pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conname = 'ck_events_before' AND conrelid = 'events'::regclass
"""
PRIMARY_KEY, INDEX = "pk_events", "ix_events_workspace_id_contact_id_id"


def upgrade() -> None:
    (bound,) = re.findall(r"'(\d{15})'", str(op.get_bind().scalar(sa.text(BOUND))))
    old = f"events_before_{datetime.fromtimestamp(int(bound) / 1000, UTC):%Y_%m}"
    op.rename_table("events", old)
    op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT {PRIMARY_KEY} TO pk_{old}")
    op.execute(f"ALTER INDEX {INDEX} RENAME TO ix_{old}_contact")
    _create("RANGE (id)")
    op.execute(f"ALTER TABLE events ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ('{bound}')")
    op.execute(f"ALTER TABLE {old} DROP CONSTRAINT ck_events_before")
    op.execute("CREATE TABLE events_default PARTITION OF events DEFAULT")


def downgrade() -> None:
    op.rename_table("events", "events_by_month")
    op.execute(f"ALTER TABLE events_by_month RENAME CONSTRAINT {PRIMARY_KEY} TO pk_events_by_month")
    op.execute(f"ALTER INDEX {INDEX} RENAME TO ix_events_by_month")
    _create(None)
    op.execute("INSERT INTO events SELECT * FROM events_by_month")
    op.drop_table("events_by_month")
    # The step before drops it.
    op.execute("ALTER TABLE events ADD CONSTRAINT ck_events_before CHECK (id < '999999999999999') NOT VALID")


def _create(partition_by: str | None) -> None:
    op.create_table(
        "events",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_events_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=PRIMARY_KEY),
        postgresql_partition_by=partition_by,
    )
    op.create_index(INDEX, "events", ["workspace_id", "contact_id", "id"])
