"""Contacts say since when their customer asks for a person, and reports how long that took; a machine says so once"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

revision = "0053"
down_revision = "0052"

MOMENTS = ("person_asked_at", "person_reached_at", "machine_said_at")
FACTS = "interval_person_asks"
INDEX = "ix_contacts_person_asked"
COUNTS = ("asked", "reached", "unreached", "reached_ms")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("contacts", sa.Column(name, TIMESTAMP(timezone=True), nullable=True))
    op.add_column("contacts", sa.Column("person_counted", sa.SmallInteger(), nullable=True))
    workspace = sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{FACTS}_workspace_id_workspaces"), ondelete="CASCADE"
    )
    op.create_table(
        FACTS,
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in COUNTS),
        sa.Column("times", ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("starts_at", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        workspace,
        sa.PrimaryKeyConstraint("workspace_id", "starts_at", "channel", "language", name=op.f(f"pk_{FACTS}")),
    )
    with op.get_context().autocommit_block():  # nobody waits, and what was left half made is made again
        op.drop_index(INDEX, "contacts", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            "contacts",
            ["id"],
            postgresql_where=sa.text("person_asked_at IS NOT NULL AND person_counted IS DISTINCT FROM 2"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(INDEX, "contacts")
    op.drop_table(FACTS)
    for name in ("person_counted", *MOMENTS):
        op.drop_column("contacts", name)
