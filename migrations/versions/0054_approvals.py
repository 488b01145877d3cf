"""A person approves runs of workflows: what was asked, of whom, and what was said"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0054"
down_revision = "0053"

TABLE = "run_approvals"
STATES = ("waiting", "approved", "declined", "over")


def upgrade() -> None:
    op.add_column("workflow_runs", sa.Column("approved_hash", sa.Text(), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text()),
        sa.Column("about_id", sa.Text()),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="approval_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("by", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_at", TIMESTAMP(timezone=True)),
        sa.Column("created_at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (("run_id", "workflow_runs"), ("workspace_id", "workspaces"))
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f(f"pk_{TABLE}")),
    )
    for column in ("workspace_id", "contact_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    unasked = sa.text("state = 'waiting' AND contact_id IS NULL")
    op.create_index("ix_run_approvals_unasked", TABLE, ["run_id"], postgresql_where=unasked)


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("workflow_runs", "approved_hash")
