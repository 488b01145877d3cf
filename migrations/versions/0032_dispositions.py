"""Dispositions are configured, and a webhook may take completed contacts in full"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

CHECK = "ck_resources_kind"


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, "disposition"])
    op.add_column("webhooks", sa.Column("in_full", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("webhooks", "in_full")
    op.execute("DELETE FROM resources WHERE kind = 'disposition'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "disposition"])


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. Rows are looked at afterwards, under a lock that lets everybody work."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")
