"""Written answers have vectors, where a sentence encoder is configured"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"

TABLE = "knowledge_vectors"


def upgrade() -> None:
    """Needs no extension: pgvector is created, and its index made, by a router with an encoder, which knows the length
    of the vectors.
    """
    op.create_table(
        TABLE,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("vector", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column(
            "made_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "kind", "ref"],
            ["knowledge_entries.workspace_id", "knowledge_entries.kind", "knowledge_entries.ref"],
            name=op.f(f"fk_{TABLE}_workspace_id_kind_ref_knowledge_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "ref", "encoder", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_encoder_made_at"), TABLE, ["encoder", "made_at"])


def downgrade() -> None:
    """The extension stays: others may use it."""
    op.drop_table(TABLE)
