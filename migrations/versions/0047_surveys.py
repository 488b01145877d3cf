"""Surveys: who is asked, what was answered, and what is counted of that; and contacts of the channel task"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0047"
down_revision = "0046"

MOMENT = TIMESTAMP(timezone=True)
KINDS = "ck_resources_kind"
OF_CHANNELS = ("contacts", "messages", "segments")
CHANNELS = ("voice", "email", "chat", "sms", "messaging", "social", "community", "product", "web", "task")
CELLS = ("high_volume_low_touch", "low_volume_low_touch", "high_volume_high_touch", "low_volume_high_touch")
DIMENSIONS = ("kind", "survey", "queue", "agent", "topic", "channel", "cell")
COUNTS = ("sent", "answered", *(f"score_{score}" for score in range(11)), "revision")


def upgrade() -> None:
    _words("resources", KINDS, lambda words: [*words, "survey"])
    for table in OF_CHANNELS:
        _words(table, f"ck_{table}_channel", lambda words: [*words, "task"])
    _candidates()
    _invitations()
    _answers()
    _facts()


def downgrade() -> None:
    for table in ("interval_surveys", "survey_answers", "survey_invitations", "survey_candidates"):
        op.drop_table(table)
    for table in OF_CHANNELS:
        op.execute(f"UPDATE {table} SET channel = 'product' WHERE channel = 'task'")  # noqa: S608
        _words(table, f"ck_{table}_channel", lambda words: [word for word in words if word != "task"])
    op.execute("DELETE FROM resources WHERE kind = 'survey'")
    _words("resources", KINDS, lambda words: [word for word in words if word != "survey"])
    op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {KINDS}")


def _candidates() -> None:
    table = "survey_candidates"
    op.create_table(
        table,
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _of(table, "workspace_id", "workspaces.id"),
        _of(table, "contact_id", "contacts.id"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f(f"pk_{table}")),
    )


def _invitations() -> None:
    table = "survey_invitations"
    op.create_table(
        table,
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("kind", _word("survey_kind", "csat", "ces", "nps"), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("state", _word("survey_state", "due", "sent", "skipped"), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expires_s", sa.Float(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("queue", "agent", "topic")),
        sa.Column("channel", _word("channel", *CHANNELS), nullable=False),
        sa.Column("cell", _word("cell", *CELLS), nullable=False),
        sa.Column("untold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("follow_up", sa.Text()),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _of(table, "workspace_id", "workspaces.id"),
        _of(table, "contact_id", "contacts.id"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f(f"pk_{table}")),
    )
    for state in ("due", "skipped"):
        where = sa.text(f"state = '{state}'")
        op.create_index(f"ix_{table}_{state}", table, ["due_at"], postgresql_where=where)
    untold = ["workspace_id", "contact_id"]
    op.create_index(f"ix_{table}_untold", table, untold, postgresql_where=sa.text("untold"))
    op.create_index(f"uq_{table}_token", table, ["token"], unique=True)
    op.create_index(op.f(f"ix_{table}_workspace_id_contact_id"), table, ["workspace_id", "contact_id"])


def _answers() -> None:
    table = "survey_answers"
    op.create_table(
        table,
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("way", _word("survey_way", "page", "chat", "adapter"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _of(table, "workspace_id", "workspaces.id"),
        _of(table, "contact_id", "survey_invitations.contact_id"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id_contact_id"), table, ["workspace_id", "contact_id"])


def _facts() -> None:
    table = "interval_surveys"
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in DIMENSIONS),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in COUNTS),
        _of(table, "workspace_id", "workspaces.id"),
        sa.PrimaryKeyConstraint("workspace_id", "starts_at", *DIMENSIONS, name=op.f(f"pk_{table}")),
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [other], name=name, ondelete="CASCADE")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _words(table: str, check: str, changed) -> None:
    """Changes the words that a check allows. No row is read for that here: the table is locked for a moment only."""
    of_table = (
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name AND conrelid = to_regclass(:table)"
    )
    found = op.get_bind().scalar(sa.text(of_table), {"name": check, "table": table})
    column = "kind" if table == "resources" else "channel"
    words = list(dict.fromkeys(changed(re.findall(r"'(\w+)'", found))))
    allowed = ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} DROP CONSTRAINT {check}, ADD CONSTRAINT {check} CHECK ({column} IN ({allowed})) NOT VALID"
    )
