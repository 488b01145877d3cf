"""Queue policies: relaxation, preferred agents, places given back, callbacks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("contacts", sa.Column("relaxation", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("contacts", sa.Column("preferred_agent", sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("place_since", MOMENT, nullable=True))
    op.add_column(
        "contacts", sa.Column("place_given_back", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("contacts", sa.Column("callback_offered_at", MOMENT, nullable=True))
    op.add_column("contacts", sa.Column("callback_at", MOMENT, nullable=True))
    op.add_column("contacts", sa.Column("callback_phone", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in (
        "callback_phone",
        "callback_at",
        "callback_offered_at",
        "place_given_back",
        "place_since",
        "preferred_agent",
        "relaxation",
    ):
        op.drop_column("contacts", column)
