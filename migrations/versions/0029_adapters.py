"""Channel adapters: a kind of resource, the links to them, and keys that are theirs"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0023"

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


def downgrade() -> None:
    op.drop_table("adapter_links")
    op.drop_column("api_keys", "adapter")
    op.execute("DELETE FROM resources WHERE kind = 'adapter'")
    _check(f"kind IN ({KINDS})")


def _check(condition: str) -> None:
    """Replaces the check of kinds. Rows are looked at afterwards, under a lock that lets everybody work."""
    op.drop_constraint(op.f("ck_resources_kind"), "resources", type_="check")
    op.create_check_constraint(op.f("ck_resources_kind"), "resources", condition, postgresql_not_valid=True)
    op.execute("ALTER TABLE resources VALIDATE CONSTRAINT ck_resources_kind")
