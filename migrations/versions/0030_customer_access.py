"""Keys with which sites sign for their customers, and the ends of customers' sessions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _keys()
    _ends()


def downgrade() -> None:
    op.drop_table("customer_sessions_ended")
    op.drop_table("customer_keys")


def _keys() -> None:
    op.create_table(
        "customer_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("algorithm", _word("algorithm", "HS256", "RS256", "ES256", "EdDSA"), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _of_workspace("customer_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_keys")),
    )
    op.create_index(op.f("ix_customer_keys_workspace_id_id"), "customer_keys", ["workspace_id", "id"])


def _ends() -> None:
    customer = "fk_customer_sessions_ended_customer_id_customers"
    op.create_table(
        "customer_sessions_ended",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f(customer), ondelete="CASCADE"),
        _of_workspace("customer_sessions_ended"),
        sa.PrimaryKeyConstraint("workspace_id", "customer_id", name=op.f("pk_customer_sessions_ended")),
    )
    op.create_index(op.f("ix_customer_sessions_ended_ended_at"), "customer_sessions_ended", ["ended_at"])


def _of_workspace(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_workspace_id_workspaces")
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=name, ondelete="CASCADE")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
