"""Arrivals by quarter-hours as forecasts learn from them, the forecasts, and how far they were true"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"

MOMENT = postgresql.TIMESTAMP(timezone=True)
FIGURES = postgresql.ARRAY(sa.Double())


def _of_workspace(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    name = f"fk_{table}_workspace_id_workspaces"
    return (
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(name), ondelete="CASCADE"),
    )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        "interval_demand",
        *_of_workspace("interval_demand"),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        *(_count(name) for name in ("arrivals", "retries", "of_incidents")),
        sa.PrimaryKeyConstraint("workspace_id", "queue", "channel", "starts_at", name=op.f("pk_interval_demand")),
    )
    op.create_index(op.f("ix_interval_demand_workspace_id_starts_at"), "interval_demand", ["workspace_id", "starts_at"])
    op.create_table(
        "forecasts",
        *_of_workspace("forecasts"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        *(sa.Column(name, FIGURES, nullable=False) for name in ("expected", "low", "high", "aht_s")),
        sa.Column("aht_of", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.BigInteger()),
        sa.Column("missed", sa.Double()),
        sa.Column("inside", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", "day", "queue", "channel", name=op.f("pk_forecasts")),
    )
    op.create_table(
        "forecast_progress",
        *_of_workspace("forecast_progress"),
        sa.Column("counted_until", MOMENT, nullable=False),
        sa.Column("made_on", sa.Date()),
        sa.Column("zone", sa.Text()),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_forecast_progress")),
    )


def downgrade() -> None:
    for table in ("forecast_progress", "forecasts", "interval_demand"):
        op.drop_table(table)
