"""Customers are erased: what was asked for, how far it is; and the end of their sessions outlives them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

revision = "0073"
down_revision = "0071"

TABLE, ENDED = "erasures", "customer_sessions_ended"
MOMENT = TIMESTAMP(timezone=True)
STATES = ("erasing", "erased")
OF_CUSTOMER = op.f(f"fk_{ENDED}_customer_id_customers")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("customers", ARRAY(sa.Text()), nullable=False),
        sa.Column("left_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="erasure_state", native_enum=False, length=32), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("erased_at", MOMENT),
        sa.Column("untold", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            f"state IN ({', '.join(repr(state) for state in STATES)})", name=op.f(f"ck_{TABLE}_erasure_state")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{TABLE}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_customers"), TABLE, ["customers"], postgresql_using="gin")
    op.create_index(f"ix_{TABLE}_due", TABLE, ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))
    op.create_index(f"ix_{TABLE}_untold", TABLE, ["workspace_id"], postgresql_where=sa.text("untold"))
    # Whose customer is gone is let in nowhere; and sessions that are open hear of it by this row.
    op.drop_constraint(OF_CUSTOMER, ENDED, type_="foreignkey")


def downgrade() -> None:
    op.execute(
        "DELETE FROM customer_sessions_ended e WHERE NOT EXISTS (SELECT FROM customers c WHERE c.id = e.customer_id)"
    )
    op.create_foreign_key(OF_CUSTOMER, ENDED, "customers", ["customer_id"], ["id"], ondelete="CASCADE")
    op.drop_table(TABLE)
