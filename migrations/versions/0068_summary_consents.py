"""Customers are asked whether a summary of what was private may be shown"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0068"
down_revision = "0065"

TABLE = "summary_consents"
MOMENT = TIMESTAMP(timezone=True)
STATES = ("waiting", "agreed", "declined", "expired", "withheld")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="summary_state", native_enum=False, length=32), nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.Text()),
        sa.CheckConstraint(
            f"state IN ({', '.join(repr(state) for state in STATES)})", name=op.f(f"ck_{TABLE}_summary_state")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{TABLE}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f(f"fk_{TABLE}_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_contact_id_id"), TABLE, ["contact_id", "id"])
    op.create_index(
        f"uq_{TABLE}_waiting", TABLE, ["contact_id"], unique=True, postgresql_where=sa.text("state = 'waiting'")
    )


def downgrade() -> None:
    op.drop_table(TABLE)
