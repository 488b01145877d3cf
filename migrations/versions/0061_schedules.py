"""Schedules with their shifts, swaps of shifts, time off, and feeds of calendars"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0061"
down_revision = "0060"

KINDS = "ck_resources_kind"
NEW_KINDS = ("activity", "shift_template")
MOMENT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB()
TABLES = ("schedules", "shifts", "shift_swaps", "time_off", "calendar_feeds")
STATES = {
    "schedule_state": ("draft", "published", "withdrawn"),
    "solving_state": ("waiting", "solving", "solved", "failed", "cancelled"),
    "swap_state": ("asked", "accepted", "approved", "declined", "withdrawn"),
    "time_off_state": ("asked", "approved", "declined", "withdrawn"),
}
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "schedules": (("workspace_id", "begins_on"),),
    "shifts": (("workspace_id", "begins_at"), ("workspace_id", "agent", "begins_at"), ("schedule_id",)),
    "shift_swaps": (("workspace_id", "id"), ("shift_id",), ("other_shift_id",)),
    "time_off": (("workspace_id", "id"), ("workspace_id", "agent", "ends_at")),
}


def upgrade() -> None:
    _kinds(lambda kinds: [*kinds, *(kind for kind in NEW_KINDS if kind not in kinds)])
    _table(
        "schedules",
        _text("name"),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        _word("state", "schedule_state"),
        sa.Column("published_at", MOMENT),
        _word("solving", "solving_state"),
        sa.Column("claimed_until", MOMENT),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("figures", JSON),
    )
    _table(
        "shifts",
        _text("schedule_id"),
        _text("agent"),
        sa.Column("template", sa.Text()),
        sa.Column("group", sa.Text()),
        sa.Column("skills", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        _moment("begins_at"),
        _moment("ends_at"),
        sa.Column("pieces", JSON, nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("cancelled_at", MOMENT),
        _to("shifts", "schedule_id", "schedules"),
    )
    _table(
        "shift_swaps",
        _text("shift_id"),
        sa.Column("other_shift_id", sa.Text()),
        _text("agent"),
        _text("other"),
        *_asked("swap_state"),
        _to("shift_swaps", "shift_id", "shifts"),
        _to("shift_swaps", "other_shift_id", "shifts"),
    )
    _table("time_off", _text("agent"), _moment("begins_at"), _moment("ends_at"), *_asked("time_off_state"))
    _feeds()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    unsolved = sa.text("solving IN ('waiting', 'solving')")
    op.create_index("ix_schedules_unsolved", "schedules", ["id"], postgresql_where=unsolved)
    with op.get_context().autocommit_block():  # from here on nobody waits
        op.execute(f"ALTER TABLE resources VALIDATE CONSTRAINT {KINDS}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM resources WHERE kind IN ('activity','shift_template')")
    _kinds(lambda kinds: [kind for kind in kinds if kind not in NEW_KINDS])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        _text("id"),
        *columns,
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _text("workspace_id"),
        _to(name, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _feeds() -> None:
    table = "calendar_feeds"
    op.create_table(
        table,
        _text("workspace_id"),
        _text("agent"),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _to(table, "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "agent", name=op.f(f"pk_{table}")),
    )
    op.create_index("uq_calendar_feeds_token", table, ["token"], unique=True)


def _asked(states: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        _word("state", states),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_why", sa.Text(), server_default="", nullable=False),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=False)


def _word(name: str, states: str) -> sa.Column[str]:
    kind = sa.Enum(*STATES[states], name=states, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def _kinds(changed) -> None:
    """Changes the kinds that the check allows. No row is read for that here: the table is locked for a moment only."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": KINDS}
    )
    kinds = ",".join(f"'{kind}'" for kind in changed(re.findall(r"'(\w+)'", found)))
    op.drop_constraint(op.f(KINDS), "resources", type_="check")
    op.create_check_constraint(op.f(KINDS), "resources", f"kind IN ({kinds})", postgresql_not_valid=True)
