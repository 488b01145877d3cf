"""Contacts that wait for their customers"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0023"

STATES = (
    *("accepted", "automating", "posted", "queued", "offered", "assigned", "wrapping_up"),
    *("completed", "abandoned", "cancelled", "resolved"),
)
LEFT_AS = (
    *("answered", "abandoned", "short_abandoned", "overflowed", "transferred", "escalated"),
    *("agent_lost", "callback", "resolved", "cancelled"),
)


def upgrade() -> None:
    op.add_column("contacts", sa.Column("parked_at", sa.TIMESTAMP(timezone=True), nullable=True))
    _allow("contacts", "state", (*STATES, "waiting_for_customer"))
    _allow("segments", "left_as", (*LEFT_AS, "returned"))


def downgrade() -> None:
    op.execute("UPDATE contacts SET state = 'assigned' WHERE state = 'waiting_for_customer'")
    op.execute("UPDATE segments SET left_as = 'transferred' WHERE left_as = 'returned'")
    _allow("contacts", "state", STATES)
    _allow("segments", "left_as", LEFT_AS)
    op.drop_column("contacts", "parked_at")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Allows words. No row is read for that here: the tables are locked for a moment only."""
    name, allowed = f"ck_{table}_{column}", ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({column} IN ({allowed})) NOT VALID"
    )
