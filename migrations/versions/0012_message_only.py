"""A message, and the end, as an outcome"""

from alembic import op

revision = "0012"
down_revision = "0011"

NAME = op.f("ck_contacts_outcome")
OUTCOMES = "'automation', 'community', 'agent', 'incident', 'none'"


def upgrade() -> None:
    _allow(f"{OUTCOMES}, 'message_only'")


def downgrade() -> None:
    op.execute("UPDATE contacts SET outcome = 'none' WHERE outcome = 'message_only'")
    _allow(OUTCOMES)


def _allow(outcomes: str) -> None:
    op.drop_constraint(NAME, "contacts", type_="check")
    op.create_check_constraint(NAME, "contacts", f"outcome IN ({outcomes})")
