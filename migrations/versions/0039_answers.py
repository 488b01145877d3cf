"""Articles have versions and drafts, answers are searched and counted, and canned answers are configured"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"

CHECK = "ck_resources_kind"
MOMENT = postgresql.TIMESTAMP(timezone=True)
TRIGRAMS = "ix_knowledge_entries_title"
# Trusted since PostgreSQL 13: the owner of a database may create it. Where that is forbidden, searches go without.
EXTENSION = """
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
  RAISE WARNING 'pg_trgm cannot be created: searches find no words with typing errors';
END $$
"""


def upgrade() -> None:
    op.execute(EXTENSION)
    _kinds(lambda kinds: [*kinds, "canned_answer"])
    _entries()
    _versions()
    _inserted()
    _gaps()


def downgrade() -> None:
    """The extension stays: others may use it."""
    for table in ("knowledge_gaps", "inserted_answers", "article_drafts", "article_versions", "knowledge_entries"):
        op.drop_table(table)
    op.execute("DELETE FROM resources WHERE kind = 'canned_answer'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "canned_answer"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {CHECK}")


def _entries() -> None:
    table = "knowledge_entries"
    post = f"fk_{table}_post_id_posts"
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("kind", _word("answer_kind", "article", "post", "canned"), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text()),
        sa.Column("topic", sa.Text()),
        sa.Column("queue", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.Text()),
        sa.Column("audience", _word("audience", "public", "customers", "agents"), nullable=False),
        sa.Column("valid_from", MOMENT),
        sa.Column("valid_until", MOMENT),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        _of_workspace(table),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f(post), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "ref", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_words"), table, ["words"], postgresql_using="gin")
    op.create_index(op.f(f"ix_{table}_workspace_id_topic"), table, ["workspace_id", "topic"])
    op.create_index(op.f(f"ix_{table}_post_id"), table, ["post_id"])
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")):
        op.create_index(TRIGRAMS, table, ["title"], postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"})


def _versions() -> None:
    for table, own in (
        ("article_versions", [sa.Column("author", sa.Text()), sa.Column("restored_from", sa.Integer())]),
        ("article_drafts", [sa.Column("author", sa.Text(), nullable=False)]),
    ):
        versioned = table == "article_versions"
        op.create_table(
            table,
            sa.Column("article_id", sa.Text(), nullable=False),
            *([sa.Column("version", sa.Integer(), nullable=False)] if versioned else []),
            sa.Column("spec", postgresql.JSONB(), nullable=False),
            *own,
            sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
            sa.Column("workspace_id", sa.Text(), nullable=False),
            _of_workspace(table),
            sa.ForeignKeyConstraint(
                ["article_id"], ["resources.id"], name=op.f(f"fk_{table}_article_id_resources"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(*["article_id", *(["version"] if versioned else [])], name=op.f(f"pk_{table}")),
        )


def _inserted() -> None:
    table = "inserted_answers"
    contact = f"fk_{table}_contact_id_contacts"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", _word("answer_kind", "article", "post", "canned"), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("outcome", _word("answer_use", "inserted", "helped", "edited", "discarded"), nullable=False),
        sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _of_workspace(table),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f(contact), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id_kind_ref_at"), table, ["workspace_id", "kind", "ref", "at"])
    op.create_index(op.f(f"ix_{table}_contact_id"), table, ["contact_id"])
    op.create_index(op.f(f"ix_{table}_at"), table, ["at"])


def _gaps() -> None:
    table = "knowledge_gaps"
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("searches", sa.BigInteger(), nullable=False),
        sa.Column("by_agents", sa.BigInteger(), nullable=False),
        sa.Column("askers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("last_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _of_workspace(table),
        sa.PrimaryKeyConstraint("workspace_id", "topic", "words", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id_last_at"), table, ["workspace_id", "last_at"])


def _of_workspace(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_workspace_id_workspaces")
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=name, ondelete="CASCADE")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": CHECK}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(CHECK), "resources", type_="check")
    op.create_check_constraint(op.f(CHECK), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
