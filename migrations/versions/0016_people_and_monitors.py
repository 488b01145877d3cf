"""The escalation matrix has people; a monitor's alerts have a time of their own"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _monitors()
    _escalations()


def downgrade() -> None:
    op.drop_table("escalations")
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
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["monitor_id"], ["monitors.id"], name=op.f(monitor), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(workspace), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("monitor_id", "alert", name=op.f("pk_monitor_alerts")),
    )
    op.add_column("incidents", sa.Column("reopened_at", MOMENT, nullable=True))
    op.add_column("incident_updates", sa.Column("due_at", MOMENT, nullable=True))


def _escalations() -> None:
    contact, workspace = "fk_escalations_contact_id_contacts", "fk_escalations_workspace_id_workspaces"
    op.create_table(
        "escalations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("severity", _word("severity", "P1", "P2", "P3"), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("state", _word("state", "paging", "acknowledged", "unacknowledged", "over"), nullable=False),
        sa.Column("people", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("acknowledge_s", sa.Float(), nullable=False),
        sa.Column("paged_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("unacknowledged_at", MOMENT, nullable=True),
        sa.Column("untold", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f(contact), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f(workspace), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(op.f("ix_escalations_workspace_id_id"), "escalations", ["workspace_id", "id"])
    op.create_index(op.f("ix_escalations_contact_id"), "escalations", ["contact_id"])
    due, untold = sa.text("due_at IS NOT NULL"), sa.text("untold <> '{}'")
    op.create_index("ix_escalations_due", "escalations", ["due_at"], postgresql_where=due)
    op.create_index("ix_escalations_untold", "escalations", ["workspace_id"], postgresql_where=untold)


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
