"""A contact that changes stays on its page

Each contact changes a moment after it came in, when it joins a line. On a page that is full, its new version goes to
another one, and every index has to have it, too.
"""

from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.execute("ALTER TABLE contacts SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("ALTER TABLE contacts RESET (fillfactor)")
