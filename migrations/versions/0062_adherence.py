"""What supervisors excuse, the newest look at the rest of a day, and the moves that are proposed for it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0062"
down_revision = "0061"

MOMENT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB()
EXCEPTIONS, ROUNDS, PROPOSALS = "adherence_exceptions", "intraday_rounds", "move_proposals"
KINDS = ("hold_back", "overtime", "early_release")
STATES = ("proposed", "accepted", "dismissed", "over")


def upgrade() -> None:
    op.create_table(
        EXCEPTIONS,
        _text("id"),
        _text("agent"),
        _moment("begins_at"),
        _moment("ends_at"),
        _text("why"),
        _text("by"),
        *_made(EXCEPTIONS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{EXCEPTIONS}")),
    )
    op.create_table(
        ROUNDS,
        _text("workspace_id"),
        _moment("at"),
        sa.Column("figures", JSON, nullable=False),
        _to_workspace(ROUNDS),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f(f"pk_{ROUNDS}")),
    )
    op.create_table(
        PROPOSALS,
        _text("id"),
        _word("kind", "move_kind", KINDS),
        sa.Column("queue", sa.Text()),
        sa.Column("agent", sa.Text()),
        _moment("begins_at"),
        _moment("ends_at"),
        sa.Column("effect", JSON, nullable=False),
        _word("state", "proposal_state", STATES),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_why", sa.Text(), server_default="", nullable=False),
        *_made(PROPOSALS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PROPOSALS}")),
    )
    for table, columns in (
        (EXCEPTIONS, ("workspace_id", "id")),
        (EXCEPTIONS, ("workspace_id", "agent", "ends_at")),
        (PROPOSALS, ("workspace_id", "id")),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    unanswered = sa.text("state = 'proposed'")
    op.create_index("ix_move_proposals_open", PROPOSALS, ["workspace_id", "ends_at"], postgresql_where=unanswered)


def downgrade() -> None:
    for table in (PROPOSALS, ROUNDS, EXCEPTIONS):
        op.drop_table(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=False)


def _word(name: str, kind: str, words: tuple[str, ...]) -> sa.Column[str]:
    type_ = sa.Enum(*words, name=kind, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, type_, nullable=False)


def _made(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        _text("workspace_id"),
        _to_workspace(table),
    )


def _to_workspace(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_workspace_id_workspaces")
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=name, ondelete="CASCADE")
