"""The community has spaces, members, flags, followers and locks, and says why something is hidden"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"

KINDS = "ck_resources_kind"
MOMENT = postgresql.TIMESTAMP(timezone=True)
WHY = "hidden_why IN ('private','held','flagged','moderated')"
CHECKED, WRITTEN = ("posts", "replies"), "fk_replies_member_id_community_members"
INDEXES: dict[str, tuple[str, list[str], bool, str | None]] = {
    "ix_posts_workspace_id_topic_id": ("posts", ["workspace_id", "topic", "id"], False, None),
    "ix_replies_workspace_id_id": ("replies", ["workspace_id", "id"], False, None),
    "ix_replies_hidden": ("replies", ["workspace_id", "id"], False, "hidden"),
    "ix_replies_member_id": ("replies", ["member_id", "id"], False, "member_id IS NOT NULL"),
    "uq_replies_key": ("replies", ["post_id", "key"], True, "key IS NOT NULL"),
}


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, "space"])
    _members()
    for table in CHECKED:
        op.add_column(table, sa.Column("hidden_why", sa.String(32)))
        op.create_check_constraint(op.f(f"ck_{table}_hidden_why"), table, WHY, postgresql_not_valid=True)
    op.add_column("posts", sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("replies", sa.Column("note", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ("member_id", "key"):
        op.add_column("replies", sa.Column(name, sa.Text()))
    members = ("replies", "community_members", ["member_id"], ["id"])
    op.create_foreign_key(op.f(WRITTEN), *members, ondelete="SET NULL", postgresql_not_valid=True)
    _flags()
    _followers()
    _news()
    with op.get_context().autocommit_block():  # from here on nobody waits
        op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {KINDS}")
        op.execute(f"ALTER TABLE replies VALIDATE CONSTRAINT {WRITTEN}")
        for table in CHECKED:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_hidden_why")
        for name, (table, columns, unique, where) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            condition = sa.text(where) if where else None
            op.create_index(
                name, table, columns, unique=unique, postgresql_where=condition, postgresql_concurrently=True
            )


def downgrade() -> None:
    for table in ("community_news", "community_followers", "community_flags"):
        op.drop_table(table)
    for name, (table, *_) in INDEXES.items():
        op.drop_index(name, table)
    for table, columns in (
        ("replies", ("key", "member_id", "note", "hidden_why")),
        ("posts", ("locked", "hidden_why")),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("community_members")
    op.execute("DELETE FROM resources WHERE kind = 'space'")
    _kinds(lambda kinds: [kind for kind in kinds if kind != "space"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {KINDS}")


def _members() -> None:
    table = "community_members"
    levels = ("blocked", "new", "basic", "regular", "trusted")
    op.create_table(
        table,
        _text("id"),
        _text("customer_id", null=True),
        _text("external_id", null=True),
        _text("name"),
        sa.Column("set_level", _word("member_level", *levels), nullable=True),
        *_made(),
        sa.CheckConstraint("num_nonnulls(customer_id, external_id) = 1", name=op.f(f"ck_{table}_whose")),
        _refers(table, "customer_id", "customers"),
        _refers(table, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("customer_id", "external_id"):
        op.create_index(f"uq_{table}_{column}", table, ["workspace_id", column], unique=True)
    op.create_index(op.f(f"ix_{table}_workspace_id_id"), table, ["workspace_id", "id"])
    op.create_index(op.f(f"ix_{table}_customer_id"), table, ["customer_id"])


def _flags() -> None:
    table = "community_flags"
    op.create_table(
        table,
        *map(_text, ("id", "post_id")),
        _text("reply_id", null=True),
        _text("member_id"),
        sa.Column("reason", _word("flag_reason", "spam", "abuse", "personal_data", "wrong", "other"), nullable=False),
        _text("note", null=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("state", _word("flag_state", "open", "upheld", "dismissed"), nullable=False),
        sa.Column("decided_at", MOMENT),
        *_made(),
        _refers(table, "post_id", "posts"),
        _refers(table, "reply_id", "replies"),
        _refers(table, "member_id", "community_members"),
        _refers(table, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    once = ["post_id", sa.text("coalesce(reply_id, '')"), "member_id"]
    op.create_index(f"uq_{table}_member", table, once, unique=True)
    for columns in (["workspace_id", "state", "id"], ["reply_id"], ["member_id"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _followers() -> None:
    table = "community_followers"
    op.create_table(
        table,
        *map(_text, ("post_id", "member_id")),
        *_made(),
        _refers(table, "post_id", "posts"),
        _refers(table, "member_id", "community_members"),
        _refers(table, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("post_id", "member_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"])


def _news() -> None:
    table = "community_news"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        *map(_text, ("contact_id", "event")),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        _text("workspace_id"),
        _refers(table, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id_id"), table, ["workspace_id", "id"])


def _text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _made() -> tuple[sa.Column, ...]:
    return _text("workspace_id"), sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": KINDS}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(KINDS), "resources", type_="check")
    op.create_check_constraint(op.f(KINDS), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
