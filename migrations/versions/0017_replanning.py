"""How far waiting contacts follow the configuration"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "replanning",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("again_at", TIMESTAMP(timezone=True)),
        sa.Column("rules", JSONB(), server_default="{}", nullable=False),
        sa.Column("changed", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("replaced", JSONB(), server_default="{}", nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("held_until", TIMESTAMP(timezone=True)),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_replanning_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_replanning")),
    )


def downgrade() -> None:
    op.drop_table("replanning")
