"""Agents are certified and coached: certificates, quality forms filled in, actions agreed"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

revision = "0056"
down_revision = "0055"

CHECK = "ck_resources_kind"
CERTIFICATES, REVIEWS, ACTIONS = "agent_certificates", "coaching_reviews", "coaching_actions"
PASSED_ON = "ix_segments_passed_on"
STATES = ("open", "done", "not_done")
MOMENT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, "quality_form"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")  # they are few
    _table(
        CERTIFICATES,
        {"agent_id": "resources", "skill_id": "resources"},
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.Text()),
    )
    _table(
        REVIEWS,
        {"agent_id": "resources", "contact_id": "contacts"},
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("failed", ARRAY(sa.Text()), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text()),
        sa.Column("corrected_by", sa.Text()),
    )
    _table(
        ACTIONS,
        {"agent_id": "resources"},
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", ARRAY(sa.Text()), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="action_state", native_enum=False, create_constraint=True, length=32),
            server_default="open",
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_by", sa.Text()),
        sa.Column("settled_at", MOMENT),
    )
    _index(CERTIFICATES, "workspace_id", "agent_id", "skill_id")
    _index(CERTIFICATES, "skill_id")
    _index(REVIEWS, "workspace_id", "agent_id", "week")
    _index(REVIEWS, "contact_id")
    _index(ACTIONS, "workspace_id", "agent_id", "week")
    for table in (CERTIFICATES, REVIEWS, ACTIONS):
        _index(table, "agent_id")
    op.create_index(
        f"uq_{REVIEWS}_current",
        REVIEWS,
        ["agent_id", "contact_id", "form"],
        unique=True,
        postgresql_where=sa.text("corrected_by IS NULL"),
    )
    op.create_index(
        PASSED_ON,
        "segments",
        ["workspace_id", "left_at"],
        postgresql_include=["agent", "left_as"],
        postgresql_where=sa.text("answered_at IS NOT NULL AND left_as IN ('transferred', 'escalated')"),
    )


def downgrade() -> None:
    op.drop_index(PASSED_ON, "segments")
    for table in (ACTIONS, REVIEWS, CERTIFICATES):
        op.drop_table(table)
    op.execute("DELETE FROM resources WHERE kind = 'quality_form'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "quality_form"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")


def _table(name, of, *columns) -> None:
    """Makes a table of rows with an id that go with their workspace, and with what they are `of`."""
    leads = {**of, "workspace_id": "workspaces"}
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(column, sa.Text(), nullable=False) for column in leads),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in leads.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _index(table, *columns) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
