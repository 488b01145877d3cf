"""Trust of addresses, keys and contacts; shared addresses; merged customers; messaging

What stands already becomes `authenticated`, as does what the version before writes beside this one; keys made from now
on are `claimed`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

MOMENT = postgresql.TIMESTAMP(timezone=True)
DATA = postgresql.JSONB(astext_type=sa.Text())
CHANNELS = ("voice", "email", "chat", "sms", "social", "community", "product")
CONVERSATION = "channel_ref IS NOT NULL AND state NOT IN ('completed','abandoned','cancelled','resolved')"


def upgrade() -> None:
    for table in ("customers", "customer_addresses", "contacts", "api_keys"):
        op.add_column(table, sa.Column("trust", _trust(), server_default="authenticated", nullable=False))
    op.alter_column("api_keys", "trust", server_default="claimed")
    _customers()
    _addresses()
    _merges()
    _cases()
    _contacts()


def downgrade() -> None:
    op.drop_index("ix_contacts_conversation", table_name="contacts")
    op.execute("UPDATE contacts SET channel = 'sms' WHERE channel = 'messaging'")
    _channels(CHANNELS)
    for column in ("identity", "provider"):
        op.drop_column("contacts", column)
    op.drop_index("ix_cases_verified_as", table_name="cases")
    for column in ("verified_as", "verified_by", "verified_at"):
        op.drop_column("cases", column)
    op.drop_table("customer_merges")
    for index in ("ix_customer_addresses_proven", "uq_customer_addresses_lead"):
        op.drop_index(index, table_name="customer_addresses")
    op.execute("DELETE FROM customer_addresses WHERE NOT lead")
    op.drop_constraint(op.f("pk_customer_addresses"), "customer_addresses", type_="primary")
    op.create_primary_key(op.f("pk_customer_addresses"), "customer_addresses", ["workspace_id", "kind", "value"])
    for column in ("alone", "lead"):
        op.drop_column("customer_addresses", column)
    for index in (
        "ix_customers_merged_into",
        "ix_customers_name_words",
        op.f("ix_customers_workspace_id_id"),
        "uq_customers_claim",
    ):
        op.drop_index(index, table_name="customers")
    for column in ("merged_into", "claim"):
        op.drop_column("customers", column)
    for table in ("api_keys", "contacts", "customer_addresses", "customers"):
        op.drop_column(table, "trust")


def _customers() -> None:
    op.add_column("customers", sa.Column("claim", sa.Text(), nullable=True))
    op.add_column("customers", sa.Column("merged_into", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_customers_merged_into_customers"),
        "customers",
        "customers",
        ["merged_into"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "uq_customers_claim",
        "customers",
        ["workspace_id", "claim"],
        unique=True,
        postgresql_where=sa.text("claim IS NOT NULL"),
    )
    op.create_index(op.f("ix_customers_workspace_id_id"), "customers", ["workspace_id", "id"])
    op.create_index(
        "ix_customers_name_words",
        "customers",
        [sa.text("to_tsvector('simple', name)")],
        postgresql_using="gin",
        postgresql_where=sa.text("name IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_merged_into", "customers", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL")
    )


def _addresses() -> None:
    for column in ("lead", "alone"):
        op.add_column(
            "customer_addresses", sa.Column(column, sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
    op.drop_constraint(op.f("pk_customer_addresses"), "customer_addresses", type_="primary")
    op.create_primary_key(
        op.f("pk_customer_addresses"), "customer_addresses", ["workspace_id", "kind", "value", "customer_id"]
    )
    op.create_index(
        "uq_customer_addresses_lead",
        "customer_addresses",
        ["workspace_id", "kind", "value"],
        unique=True,
        postgresql_where=sa.text("lead"),
    )
    op.create_index(
        "ix_customer_addresses_proven",
        "customer_addresses",
        ["workspace_id", "kind", "value", "lead"],
        postgresql_where=sa.text("trust <> 'claimed'"),
    )


def _merges() -> None:
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.Column("before", DATA, nullable=False),
        sa.Column("moved", DATA, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("split_at", MOMENT, nullable=True),
        sa.Column("split_by", sa.Text(), nullable=True),
        sa.Column("untold", DATA, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["customers.id"], name=op.f(f"fk_customer_merges_{column}_customers"), ondelete="CASCADE"
            )
            for column in ("customer_id", "into_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_customer_merges_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merges")),
    )
    op.create_index(
        "uq_customer_merges_open",
        "customer_merges",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("split_at IS NULL"),
    )
    op.create_index(
        op.f("ix_customer_merges_workspace_id_into_id_id"), "customer_merges", ["workspace_id", "into_id", "id"]
    )
    op.create_index(
        "ix_customer_merges_untold",
        "customer_merges",
        ["workspace_id"],
        postgresql_where=sa.text("untold <> '[]'::jsonb"),
    )


def _cases() -> None:
    op.add_column("cases", sa.Column("verified_at", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("verified_by", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("verified_as", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_cases_verified_as_customers"), "cases", "customers", ["verified_as"], ["id"], ondelete="SET NULL"
    )
    op.create_index(
        "ix_cases_verified_as", "cases", ["verified_as"], postgresql_where=sa.text("verified_as IS NOT NULL")
    )


def _contacts() -> None:
    op.add_column("contacts", sa.Column("identity", DATA, server_default="{}", nullable=False))
    op.add_column("contacts", sa.Column("provider", sa.Text(), nullable=True))
    _channels((*CHANNELS, "messaging"))
    op.create_index(
        "ix_contacts_conversation",
        "contacts",
        ["workspace_id", "customer_id", "channel_ref"],
        postgresql_where=sa.text(CONVERSATION),
    )


def _channels(channels: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{channel}'" for channel in channels)
    op.drop_constraint(op.f("ck_contacts_channel"), "contacts", type_="check")
    op.create_check_constraint(op.f("ck_contacts_channel"), "contacts", f"channel IN ({listed})")


def _trust() -> sa.Enum:
    return sa.Enum(
        "claimed", "authenticated", "verified", name="trust", native_enum=False, create_constraint=True, length=32
    )
