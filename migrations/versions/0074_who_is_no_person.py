"""A customer who is erased says so in its row, until its cases have moved"""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"

CHECK = op.f("ck_customers_no_person")


def upgrade() -> None:
    op.add_column("customers", sa.Column("no_person", sa.String(32)))
    op.create_check_constraint(CHECK, "customers", "no_person IN ('going', 'left')", postgresql_not_valid=True)
    # Who was left by an erasure before this one is there already.
    op.execute("UPDATE customers SET no_person = 'left' WHERE id IN (SELECT left_id FROM erasures)")


def downgrade() -> None:
    op.drop_column("customers", "no_person")
