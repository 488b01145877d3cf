"""The help portal, second step: rows are read for the word and the index, while everybody reads and writes"""

from alembic import op

revision = "0038"
down_revision = "0037"

TABLES = ("contacts", "messages", "segments")
INDEX = "ix_posts_answered_words"
WORDS = "to_tsvector('simple', title || ' ' || body)"


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_channel")
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "posts", postgresql_concurrently=True, if_exists=True)
        op.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON posts USING gin ({WORDS}) WHERE status = 'answered' AND NOT hidden"
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "posts", postgresql_concurrently=True, if_exists=True)
