"""Guides are configured, and answers to them are kept with the contact"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0046"
down_revision = "0045"

CHECK = "ck_resources_kind"
ANSWERS = "guide_answers"


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, "guide"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")  # they are few
    op.create_table(
        ANSWERS,
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("guide_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("guide", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("goes_to", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{ANSWERS}_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (("contact_id", "contacts"), ("workspace_id", "workspaces"))
        ),
        sa.PrimaryKeyConstraint("contact_id", "guide_id", "step", "version", name=op.f(f"pk_{ANSWERS}")),
    )
    op.create_index(op.f(f"ix_{ANSWERS}_workspace_id"), ANSWERS, ["workspace_id"])


def downgrade() -> None:
    op.drop_table(ANSWERS)
    op.execute("DELETE FROM resources WHERE kind = 'guide'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "guide"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
