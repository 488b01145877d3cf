"""Mails: what threads them, cases that are linked, addresses that take nothing"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0034"
down_revision = "0033"

LINKED = "ix_cases_linked_to"


def upgrade() -> None:
    op.add_column("message_keys", sa.Column("headers", JSONB(), nullable=True))
    op.add_column("customer_addresses", sa.Column("failing_since", TIMESTAMP(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("linked_to", sa.Text(), nullable=True))
    with op.get_context().autocommit_block():
        op.drop_index(LINKED, "cases", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            LINKED,
            "cases",
            ["linked_to"],
            postgresql_where=sa.text("linked_to IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(LINKED, "cases", postgresql_concurrently=True)
    op.drop_column("cases", "linked_to")
    op.drop_column("customer_addresses", "failing_since")
    op.drop_column("message_keys", "headers")
