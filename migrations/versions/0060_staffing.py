"""Staffing: who is needed for a day, searched as a job"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0060"
down_revision = "0059"

TABLE = "staffing_jobs"
STATES = ("queued", "running", "finished", "failed", "cancelled")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="staffing_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("of", sa.Text()),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("problem", JSONB(), nullable=False),
        sa.Column("guess", JSONB(), nullable=False),
        sa.Column("what_if", JSONB()),
        sa.Column("progress", sa.Float(), server_default="0", nullable=False),
        sa.Column("best", JSONB()),
        sa.Column("result", JSONB()),
        sa.Column("why", sa.Text()),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("lease_until", TIMESTAMP(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", TIMESTAMP(timezone=True)),
        sa.Column("ended_at", TIMESTAMP(timezone=True)),
        sa.Column("created_at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{TABLE}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_workspace_id_id"), TABLE, ["workspace_id", "id"])
    unfinished = sa.text("state IN ('queued', 'running')")
    op.create_index("ix_staffing_jobs_open", TABLE, ["created_at"], postgresql_where=unfinished)


def downgrade() -> None:
    op.drop_table(TABLE)
