"""Results of contacts, and whether their customers came back: judged, and counted for reports"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"

MOMENT = postgresql.TIMESTAMP(timezone=True)
WORKSPACE = "fk_{}_workspace_id_workspaces"
FACTS = {
    "resolutions": (
        ("outcome", "topic", "cell", "channel", "served_by", "ref", "version"),
        (
            *("served", "confirmed", "unconfirmed", "returned", "returned_confirmed", "moved_on", "gave_up"),
            *("unrecognised", "revision"),
        ),
    ),
    "repetitions": (
        ("queue", "agent", "topic", "channel", "outcome"),
        (
            *("contacts", "first", "repeated", "repeats", "abandoned", "cancelled", "incidents", "machines"),
            *("opt_outs", "unmatched", "revision"),
        ),
    ),
    "reads": (
        ("article", "version", "topic", "by"),
        ("reads", "helped", "not_helped", "followed", "silent", "revision"),
    ),
}


def upgrade() -> None:
    op.add_column("cases", sa.Column("reopens_until", MOMENT, nullable=True))
    with op.get_context().autocommit_block():
        op.drop_index("ix_cases_reopening", "cases", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            "ix_cases_reopening",
            "cases",
            ["workspace_id", "customer_id", "topic"],
            postgresql_where=sa.text("reopens_until IS NOT NULL"),
            postgresql_concurrently=True,
        )
    op.create_table(
        "result_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _text("workspace_id"),
        _text("contact_id"),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        _of_workspace("result_checks"),
        sa.PrimaryKeyConstraint("id", name="pk_result_checks"),
    )
    _table(
        "contact_resolutions",
        [_text("contact_id"), sa.Column("rung", sa.Integer(), nullable=False)],
        sa.Column("ended_at", MOMENT, nullable=False),
        *(_text(name) for name in ("outcome", "channel")),
        _text("topic", nullable=True),
        _text("cell"),
        sa.Column("served_by", postgresql.JSONB(), nullable=True),
        _text("result"),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("quiet_until", MOMENT, nullable=False),
        _text("returned_by", nullable=True),
        sa.Column("untold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index("ix_contact_resolutions_workspace_id_ended_at", "contact_resolutions", ["workspace_id", "ended_at"])
    untold = {"postgresql_where": sa.text("untold")}
    op.create_index("ix_contact_resolutions_untold", "contact_resolutions", ["workspace_id"], **untold)
    _table(
        "contact_repetitions",
        [_text("contact_id")],
        sa.Column("accepted_at", MOMENT, nullable=False),
        *(_text(name) for name in ("outcome", "channel")),
        *(_text(name, nullable=True) for name in ("topic", "queue", "agent")),
        _text("result"),
        _text("repeated_by", nullable=True),
    )
    at = "ix_contact_repetitions_workspace_id_accepted_at"
    op.create_index(at, "contact_repetitions", ["workspace_id", "accepted_at"])
    _table(
        "article_reads",
        [_text("reader"), _text("article"), sa.Column("version", sa.Integer(), nullable=False)],
        _text("topic"),
        _text("by"),
        sa.Column("at", MOMENT, nullable=False),
        _text("result"),
    )
    op.create_index("ix_article_reads_workspace_id_at", "article_reads", ["workspace_id", "at"])
    for kind, (words, counts) in FACTS.items():
        key = [sa.Column("starts_at", MOMENT, nullable=False)]
        _table(f"interval_{kind}", [*key, *map(_text, words)], *map(_count, counts))
        key = [_text("zone"), sa.Column("day", sa.Date(), nullable=False)]
        _table(f"daily_{kind}", [*key, *map(_text, words)], *map(_count, counts))


def downgrade() -> None:
    for kind in FACTS:
        op.drop_table(f"daily_{kind}")
        op.drop_table(f"interval_{kind}")
    for table in ("article_reads", "contact_repetitions", "contact_resolutions", "result_checks"):
        op.drop_table(table)
    op.drop_index("ix_cases_reopening", "cases")
    op.drop_column("cases", "reopens_until")


def _table(name: str, key: list[sa.Column], *columns: sa.Column) -> None:
    names = [column.name for column in key]
    op.create_table(
        name,
        _text("workspace_id"),
        *key,
        *columns,
        _of_workspace(name),
        sa.PrimaryKeyConstraint("workspace_id", *names, name=f"pk_{name}"),
    )


def _of_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.id"], name=WORKSPACE.format(table), ondelete="CASCADE"
    )


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
