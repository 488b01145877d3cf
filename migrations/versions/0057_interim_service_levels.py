"""Interim service levels are a kind of resource, and the trends of each week are kept"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0057"
down_revision = "0056"

CHECK, KIND, TABLE = "ck_resources_kind", "interim_service_level", "trend_digests"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("digest", JSONB(), nullable=False),
        sa.Column("created_at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{TABLE}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "week", name=op.f(f"pk_{TABLE}")),
    )
    _kinds(lambda kinds: [*kinds, KIND])
    with op.get_context().autocommit_block():  # from here on nobody waits
        op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    op.drop_table(TABLE)
    op.execute(f"DELETE FROM resources WHERE kind = '{KIND}'")  # noqa: S608 — a constant
    _kinds(lambda kinds: [kind for kind in kinds if kind != KIND])


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
