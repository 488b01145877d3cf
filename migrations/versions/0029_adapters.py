"""Channel adapters: a kind of resource, the links to them, and keys that are theirs"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

MOMENT = sa.TIMESTAMP(timezone=True)
KINDS = "'skill','queue','topic','article','agent','policy','escalation','rule'"


def upgrade() -> None:
    _check(f"kind IN ({KINDS},'adapter')")
    op.add_column("api_keys", sa.Column("adapter", sa.Text(), nullable=True))
    op.create_table(
        "adapter_links",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_secret_until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unreachable_since", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("stream", sa.Text(), nullable=True),
        sa.Column("stream_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_adapter_links_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "adapter", name=op.f("pk_adapter_links")),
    )
    _outbound()


def downgrade() -> None:
    op.drop_index("ix_resources_adapters", "resources")
    op.drop_index("ix_outbound_messages_untold", "outbound_messages")
    op.drop_index("ix_outbound_messages_since", "outbound_messages")
    op.drop_index("ix_outbound_messages_queued", "outbound_messages")
    for column in ("untold", "written", "claimed_until", "queued_at"):
        op.drop_column("outbound_messages", column)
    op.execute("DROP SEQUENCE outbound_written")
    op.drop_table("adapter_links")
    op.drop_column("api_keys", "adapter")
    op.execute("DELETE FROM resources WHERE kind = 'adapter'")
    _check(f"kind IN ({KINDS})")


def _outbound() -> None:
    """How far each message to an adapter is. No row is there yet, so nothing is locked for long."""
    table = "outbound_messages"
    op.execute("CREATE SEQUENCE outbound_written")
    op.add_column(table, sa.Column("queued_at", MOMENT, server_default=sa.text("now()"), nullable=False))
    op.add_column(table, sa.Column("claimed_until", MOMENT, nullable=True))
    op.add_column(table, sa.Column("written", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("untold", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    waiting, untold = sa.text("state = 'queued'"), sa.text("untold")
    queue = ["workspace_id", "adapter", "id"]
    op.create_index("ix_outbound_messages_queued", table, queue, postgresql_where=waiting)
    since = ["workspace_id", "adapter", "queued_at"]
    op.create_index("ix_outbound_messages_since", table, since, postgresql_where=waiting)
    op.create_index("ix_outbound_messages_untold", table, ["workspace_id", "id"], postgresql_where=untold)
    adapters = sa.text("kind = 'adapter'")
    op.create_index("ix_resources_adapters", "resources", ["workspace_id", "name"], postgresql_where=adapters)


def _check(condition: str) -> None:
    """Replaces the check of kinds. Rows are looked at afterwards, under a lock that lets everybody work."""
    op.drop_constraint(op.f("ck_resources_kind"), "resources", type_="check")
    op.create_check_constraint(op.f("ck_resources_kind"), "resources", condition, postgresql_not_valid=True)
    op.execute("ALTER TABLE resources VALIDATE CONSTRAINT ck_resources_kind")
