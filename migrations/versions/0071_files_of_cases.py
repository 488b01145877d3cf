"""Files are found by their case: all of a customer's are removed without a look at everybody's"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"

INDEX, TABLE = op.f("ix_attachments_workspace_id_case_id"), "attachments"


def upgrade() -> None:
    with op.get_context().autocommit_block():  # nobody waits, and what was left half made is made again
        op.drop_index(INDEX, TABLE, postgresql_concurrently=True, if_exists=True)
        op.create_index(
            INDEX,
            TABLE,
            ["workspace_id", "case_id"],
            postgresql_where=sa.text("case_id IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, postgresql_concurrently=True)
