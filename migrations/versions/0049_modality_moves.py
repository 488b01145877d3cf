"""A conversation's moves between public and private are kept, with the summary that was shown on the way back"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0049"
down_revision = "0048"

TABLE = "modality_moves"
MOMENT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("goes_to", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text()),
        sa.Column("hid", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("accepted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reply_id", sa.Text()),
        sa.Column("told_at", MOMENT),
        sa.CheckConstraint("goes_to IN ('one_to_one','many_to_many')", name=op.f(f"ck_{TABLE}_goes_to")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{TABLE}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f(f"fk_{TABLE}_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_contact_id_id"), TABLE, ["contact_id", "id"])
    op.create_index(f"ix_{TABLE}_untold", TABLE, ["id"], postgresql_where=sa.text("told_at IS NULL"))


def downgrade() -> None:
    op.drop_table(TABLE)
