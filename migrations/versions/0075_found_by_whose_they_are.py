"""What an erasure looks for, and the end of a customer, is found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"

INDEXES = {
    op.f("ix_posts_contact_id"): ("posts", ["contact_id"], None),
    op.f("ix_customer_merges_customer_id"): ("customer_merges", ["customer_id"], None),
    "ix_workflow_counts_customer_id": ("workflow_counts", ["customer_id"], "customer_id <> ''"),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():  # nobody waits, and what was left half made is made again
        op.execute("ALTER TABLE customers VALIDATE CONSTRAINT ck_customers_no_person")
        for name, (table, columns, where) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            only = {"postgresql_where": sa.text(where)} if where else {}
            op.create_index(name, table, columns, postgresql_concurrently=True, **only)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, (table, _, _) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True)
