"""Kinds of sensitive matters, urgent contacts, and the sensitivity models of workspaces"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

MOMENT = postgresql.TIMESTAMP(timezone=True)
DATA = postgresql.JSONB(astext_type=sa.Text())
STATES = ("training", "live", "shadow", "retired", "rejected")


def upgrade() -> None:
    op.add_column("contacts", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "contacts", sa.Column("sensitive_kinds", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.create_table(
        "sensitivity_models",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("model", sa.LargeBinary(), nullable=True),
        sa.Column("report", DATA, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("wanted_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_sensitivity_models_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "version", name=op.f("pk_sensitivity_models")),
    )


def downgrade() -> None:
    op.drop_table("sensitivity_models")
    op.drop_column("contacts", "sensitive_kinds")
    op.drop_column("contacts", "urgent")
