"""The help portal: contacts of the channel web, and planned incidents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0037"
down_revision = "0036"

CHANNELS = ("voice", "email", "chat", "sms", "messaging", "social", "community", "product")
TABLES = ("contacts", "messages", "segments")


def upgrade() -> None:
    for name in ("starts_at", "ends_at"):
        op.add_column("incidents", sa.Column(name, TIMESTAMP(timezone=True), nullable=True))
    for table in TABLES:
        _allow(table, (*CHANNELS, "web"))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"UPDATE {table} SET channel = 'product' WHERE channel = 'web'")  # noqa: S608
        _allow(table, CHANNELS)
    for name in ("ends_at", "starts_at"):
        op.drop_column("incidents", name)


def _allow(table: str, words: tuple[str, ...]) -> None:
    """Allows words. No row is read for that here: the tables are locked for a moment only."""
    name, allowed = f"ck_{table}_channel", ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK (channel IN ({allowed})) NOT VALID"
    )
