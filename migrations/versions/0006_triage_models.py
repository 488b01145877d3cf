"""Triage models, corrections and the holdout"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

MOMENT = postgresql.TIMESTAMP(timezone=True)
DATA = postgresql.JSONB(astext_type=sa.Text())
MODEL_STATES = ("training", "live", "shadow", "retired", "rejected")
CORRECTION_STATES = ("accepted", "review", "rejected")


def upgrade() -> None:
    op.create_table(
        "triage_models",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("state", _word(MODEL_STATES), nullable=False),
        sa.Column("training", DATA, nullable=False),
        sa.Column("learnt", DATA, nullable=True),
        sa.Column("report", DATA, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("wanted_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("live_at", MOMENT, nullable=True),
        _made(),
        _of_workspace("triage_models"),
        sa.PrimaryKeyConstraint("workspace_id", "version", name=op.f("pk_triage_models")),
    )
    for name, states, unique in (
        ("uq_triage_models_live", "state = 'live'", True),
        ("uq_triage_models_shadow", "state = 'shadow'", True),
        ("ix_triage_models_in_use", "state IN ('live','shadow','training')", False),
    ):
        op.create_index(name, "triage_models", ["workspace_id"], unique=unique, postgresql_where=sa.text(states))
    op.create_table(
        "triage_holdout",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _made(),
        _of_workspace("triage_holdout"),
        sa.PrimaryKeyConstraint("workspace_id", "text_hash", name=op.f("pk_triage_holdout")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("state", _word(CORRECTION_STATES), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        _made(),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_corrections_contact_id_contacts"), ondelete="CASCADE"
        ),
        _of_workspace("corrections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_corrections_contact_id")),
    )
    op.create_index(op.f("ix_corrections_workspace_id_state_id"), "corrections", ["workspace_id", "state", "id"])
    op.create_index(op.f("ix_corrections_settled_at"), "corrections", ["settled_at"])
    op.create_index(
        "ix_corrections_news",
        "corrections",
        ["workspace_id", "settled_at"],
        postgresql_where=sa.text("state = 'accepted' AND NOT confirms"),
    )
    op.create_index(
        "ix_corrections_learnt",
        "corrections",
        ["workspace_id", "topic", "id"],
        postgresql_where=sa.text("state = 'accepted'"),
    )


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_table("triage_holdout")
    op.drop_table("triage_models")


def _word(words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name="state", native_enum=False, create_constraint=True, length=32)


def _made() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False)


def _of_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id_workspaces"), ondelete="CASCADE"
    )
