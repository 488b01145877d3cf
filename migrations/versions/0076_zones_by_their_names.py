"""Time zones stand under their IANA names, which every machine knows"""

from alembic import op

revision = "0076"
down_revision = "0075"

# The machine's own zone was taken once: a container is in UTC, unless somebody set another one.
RENAMED = """UPDATE {table} SET spec = replace(spec::text, '"timezone": "localtime"', '"timezone": "UTC"')::jsonb
    WHERE spec::text LIKE '%"timezone": "localtime"%'"""


def upgrade() -> None:
    for table in ("workspaces", "resources"):
        op.execute(RENAMED.format(table=table))


def downgrade() -> None:
    """UTC was a name before, too."""
