"""The escalation matrix has people; a monitor's alerts have a time of their own"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _monitors()


def downgrade() -> None:
    op.drop_column("incident_updates", "due_at")
    op.drop_column("incidents", "reopened_at")
    op.drop_table("monitor_alerts")


def _monitors() -> None:
    monitor, workspace = "fk_monitor_alerts_monitor_id_monitors", "fk_monitor_alerts_workspace_id_workspaces"
    op.create_table(
        "monitor_alerts",
        sa.Column("monitor_id", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["monitor_id"], ["monitors.id"], name=op.f(monitor), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(workspace), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("monitor_id", "alert", name=op.f("pk_monitor_alerts")),
    )
    op.add_column("incidents", sa.Column("reopened_at", MOMENT, nullable=True))
    op.add_column("incident_updates", sa.Column("due_at", MOMENT, nullable=True))
