"""Machines and opt-outs: who wrote, contacts that nothing serves, addresses that are opted out"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

OUTCOMES = "'automation', 'community', 'agent', 'incident'"
KINDS = "'customer', 'machine', 'opt_out'"


def upgrade() -> None:
    _check("ck_contacts_outcome", f"outcome IN ({OUTCOMES}, 'none')")
    op.add_column("contacts", sa.Column("kind", sa.String(32), server_default="customer", nullable=False))
    op.create_check_constraint(op.f("ck_contacts_kind"), "contacts", f"kind IN ({KINDS})")
    op.create_index(
        "ix_contacts_not_customers",
        "contacts",
        ["workspace_id", "kind", "id"],
        postgresql_where=sa.text("kind <> 'customer'"),
    )
    op.add_column("customer_addresses", sa.Column("opted_out_at", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("customer_addresses", "opted_out_at")
    op.drop_index("ix_contacts_not_customers", "contacts")
    op.drop_column("contacts", "kind")
    op.execute("UPDATE contacts SET outcome = 'automation' WHERE outcome = 'none'")
    _check("ck_contacts_outcome", f"outcome IN ({OUTCOMES})")


def _check(name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), "contacts", type_="check")
    op.create_check_constraint(op.f(name), "contacts", condition)
