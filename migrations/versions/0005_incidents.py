"""Incidents, their updates and subscriptions, and monitors"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

MOMENT = postgresql.TIMESTAMP(timezone=True)
NOT_OVER = "state IN ('proposed','open')"


def upgrade() -> None:
    _incidents()
    _updates()
    _subscriptions()
    op.create_table(
        "monitors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        *_of_workspace("monitors"),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitors")),
    )
    op.create_index(op.f("ix_monitors_workspace_id_id"), "monitors", ["workspace_id", "id"])


def downgrade() -> None:
    for table in ("monitors", "incident_subscriptions", "incident_updates", "incidents"):
        op.drop_table(table)


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", _word("state", "proposed", "open", "fixed", "dismissed"), nullable=False),
        sa.Column("source", _word("source", "operator", "monitoring", "surge"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", _word("severity", "P1", "P2", "P3"), nullable=False),
        sa.Column("topics", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("services", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("regions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", _data(), nullable=False),
        sa.Column("expected_fix_at", MOMENT, nullable=True),
        sa.Column("monitor_id", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("surge_topic", sa.Text(), nullable=True),
        sa.Column("evidence", _data(), nullable=True),
        sa.Column("updates", sa.Integer(), nullable=False),
        sa.Column("untold", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("declared_at", MOMENT, nullable=True),
        sa.Column("fixed_at", MOMENT, nullable=True),
        sa.Column("dismissed_at", MOMENT, nullable=True),
        *_of_workspace("incidents"),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_workspace_id_id"), "incidents", ["workspace_id", "id"])
    op.create_index("ix_incidents_open", "incidents", ["workspace_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("ix_incidents_untold", "incidents", ["workspace_id"], postgresql_where=sa.text("untold <> '{}'"))
    for name, columns in (("alert", ["monitor_id", "external_id"]), ("surge", ["workspace_id", "surge_topic"])):
        known = "monitor_id" if name == "alert" else "surge_topic"
        where = sa.text(f"{known} IS NOT NULL AND {NOT_OVER}")
        op.create_index(f"uq_incidents_{name}", "incidents", columns, unique=True, postgresql_where=where)


def _updates() -> None:
    op.create_table(
        "incident_updates",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", _data(), nullable=False),
        sa.Column("expected_fix_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        *_of_workspace("incident_updates"),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _of_incident("incident_updates"),
        sa.PrimaryKeyConstraint("incident_id", "number", name=op.f("pk_incident_updates")),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("ix_incident_updates_unfinished", "incident_updates", ["incident_id"], postgresql_where=unfinished)
    op.create_index("ix_incident_updates_finished", "incident_updates", ["finished_at"])


def _subscriptions() -> None:
    table = "incident_subscriptions"
    op.create_table(
        table,
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subscribed_at", MOMENT, nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("informed_at", MOMENT, nullable=True),
        sa.Column("returned_at", MOMENT, nullable=True),
        *_of_workspace(table),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f(f"fk_{table}_contact_id_contacts"), ondelete="CASCADE"
        ),
        _of_incident(table),
        sa.PrimaryKeyConstraint("contact_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_incident_id_contact_id"), table, ["incident_id", "contact_id"])


def _of_workspace(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_workspace_id_workspaces")
    return (
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=name, ondelete="CASCADE"),
    )


def _of_incident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["incident_id"], ["incidents.id"], name=op.f(f"fk_{table}_incident_id_incidents"), ondelete="CASCADE"
    )


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _data() -> postgresql.JSONB:
    return postgresql.JSONB(astext_type=sa.Text())
