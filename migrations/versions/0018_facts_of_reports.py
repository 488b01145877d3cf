"""Facts of reports: stays and arrivals by quarter-hours and days, and the states of agents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

MOMENT = postgresql.TIMESTAMP(timezone=True)
OF_STAYS = ("queue", "channel", "topic", "cell", "language", "agent")
OF_ARRIVALS = ("topic", "channel", "language", "cell", "outcome")
STAYS = (
    *("offered", "offered_answered", "in_time", "within_180_s"),
    *("abandoned_short", "abandoned_in_time", "abandoned_late", "overflowed", "transferred", "escalated"),
    *("agent_lost", "callback", "resolved", "cancelled", "waiting", "open", "offers"),
    *("answered", "wait_ms", "excess_ms", "handled", "talk_ms", "held_ms", "wrap_up_ms", "parked_ms"),
)


def upgrade() -> None:
    op.add_column("contacts", sa.Column("arrival", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    for kind, words, counts in (("stays", OF_STAYS, STAYS), ("arrivals", OF_ARRIVALS, ("contacts",))):
        _create(f"interval_{kind}", [_key("starts_at", MOMENT)], words, counts)
        _create(f"daily_{kind}", [_key("zone"), _key("day", sa.Date())], words, counts)
    _table("interval_changes", [_key("starts_at", MOMENT), _key("kind")], ["starts_at", "kind"])
    _table("report_zones", [sa.Column("zone", sa.Text(), nullable=False)], [])
    state = [
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("presence", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=True),
    ]
    _table("agent_states", [_key("agent"), _key("id"), *state], ["agent", "id"])
    op.create_index(op.f("ix_agent_states_workspace_id_id"), "agent_states", ["workspace_id", "id"])


def downgrade() -> None:
    for table in ("agent_states", "report_zones", "interval_changes"):
        op.drop_table(table)
    for kind in ("arrivals", "stays"):
        op.drop_table(f"daily_{kind}")
        op.drop_table(f"interval_{kind}")
    op.drop_column("contacts", "arrival")


def _create(name: str, key: list[sa.Column], words: tuple[str, ...], counts: tuple[str, ...]) -> None:
    stays = words is OF_STAYS
    key = [*([_key("grain")] if stays else []), *key, *map(_key, words)]
    histograms = [_histogram(one) for one in ("waits", "handle_times")] if stays else []
    _table(name, [*key, *map(_count, (*counts, "revision")), *histograms], [column.name for column in key])


def _table(name: str, columns: list[sa.Column], key: list[str]) -> None:
    workspace = f"fk_{name}_workspace_id_workspaces"
    op.create_table(
        name,
        _key("workspace_id"),
        *columns,
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(workspace), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", *key, name=op.f(f"pk_{name}")),
    )


def _key(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _histogram(name: str) -> sa.Column:
    return sa.Column(name, sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
