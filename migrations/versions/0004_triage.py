"""Triage: rules, what was masked by kind, incidents as an outcome"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

KINDS = "'skill','queue','topic','article','agent','policy','escalation'"
OUTCOMES = "'automation', 'community', 'agent'"


def upgrade() -> None:
    op.add_column(
        "contacts",
        sa.Column(
            "masked_kinds", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    _check("resources", "ck_resources_kind", f"kind IN ({KINDS},'rule')")
    _check("contacts", "ck_contacts_outcome", f"outcome IN ({OUTCOMES}, 'incident')")


def downgrade() -> None:
    op.execute("DELETE FROM resources WHERE kind = 'rule'")
    op.execute("UPDATE contacts SET outcome = 'automation' WHERE outcome = 'incident'")
    _check("resources", "ck_resources_kind", f"kind IN ({KINDS})")
    _check("contacts", "ck_contacts_outcome", f"outcome IN ({OUTCOMES})")
    op.drop_column("contacts", "masked_kinds")


def _check(table: str, name: str, condition: str) -> None:
    """Replaces a check. Rows are looked at afterwards, under a lock that lets everybody work."""
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, condition, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
