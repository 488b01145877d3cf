"""Workflows are configured, and have runs, secrets and counts of a day"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"

CHECK = "ck_resources_kind"
MOMENT = postgresql.TIMESTAMP(timezone=True)
RUNS, LINKS, COUNTS = "workflow_runs", "workflow_links", "workflow_counts"
STATES = (
    *("pending", "waiting_input", "waiting_approval", "running", "succeeded", "failed", "unknown", "compensated"),
)


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, "workflow"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")  # they are few
    _runs()
    op.create_table(
        LINKS,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text()),
        sa.Column("previous_secret_until", MOMENT),
        _of_workspace(LINKS),
        sa.PrimaryKeyConstraint("workspace_id", "workflow", name=op.f(f"pk_{LINKS}")),
    )
    op.create_table(
        COUNTS,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        _of_workspace(COUNTS),
        sa.PrimaryKeyConstraint("workspace_id", "workflow", "day", "customer_id", name=op.f(f"pk_{COUNTS}")),
    )
    op.create_index(op.f(f"ix_{COUNTS}_day"), COUNTS, ["day"])


def downgrade() -> None:
    for table in (COUNTS, LINKS, RUNS):
        op.drop_table(table)
    op.execute("DELETE FROM resources WHERE kind = 'workflow'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "workflow"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")


def _runs() -> None:
    contact = f"fk_{RUNS}_contact_id_contacts"
    state = sa.Enum(*STATES, name="run_state", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        RUNS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text()),
        sa.Column("customer_id", sa.Text()),
        sa.Column("rung", sa.Integer()),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text()),
        sa.Column("request_hash", sa.Text()),
        sa.Column("state", state, nullable=False),
        sa.Column("input", postgresql.JSONB(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(18, 6)),
        sa.Column("currency", sa.Text()),
        sa.Column("asking", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("approved_at", MOMENT),
        sa.Column("approved_by", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT),
        sa.Column("accepted_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("why", sa.Text()),
        sa.Column("message", sa.Text()),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("said_hash", sa.Text()),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("untold", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _of_workspace(RUNS),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f(contact), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{RUNS}")),
    )
    for columns in (["workspace_id", "id"], ["contact_id"], ["customer_id"]):
        op.create_index(op.f(f"ix_{RUNS}_{'_'.join(columns)}"), RUNS, columns)
    op.create_index(f"ix_{RUNS}_due", RUNS, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index(f"ix_{RUNS}_untold", RUNS, ["workspace_id"], postgresql_where=sa.text("untold <> '{}'"))
    by_request = sa.text("request_key IS NOT NULL")
    op.create_index(
        f"uq_{RUNS}_request", RUNS, ["workspace_id", "request_key"], unique=True, postgresql_where=by_request
    )


def _of_workspace(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_workspace_id_workspaces")
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=name, ondelete="CASCADE")


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
