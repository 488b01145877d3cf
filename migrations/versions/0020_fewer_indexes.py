"""Fewer indexes on what intake writes, and none that mentions the state: most projections change no index"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

OPEN = "state NOT IN ('completed','abandoned','cancelled','resolved')"
OLD = {
    "ix_contacts_workspace_id_state_id": ("contacts", ["workspace_id", "state", "id"], None),
    "ix_contacts_unplaced": ("contacts", ["accepted_at"], "state = 'accepted'"),
    "ix_contacts_open": ("contacts", ["workspace_id", "id"], OPEN),
    "ix_contacts_conversation": (
        "contacts",
        ["workspace_id", "customer_id", "channel_ref"],
        f"channel_ref IS NOT NULL AND {OPEN}",
    ),
    "ix_decisions_workspace_id_contact_id": ("decisions", ["workspace_id", "contact_id"], None),
}
NEW = {
    "ix_contacts_not_ended": ("contacts", ["workspace_id", "id"], "ended_at IS NULL"),
    "ix_contacts_conversations": (
        "contacts",
        ["workspace_id", "customer_id", "channel_ref"],
        "channel_ref IS NOT NULL AND ended_at IS NULL",
    ),
}


def upgrade() -> None:
    _replace(NEW, OLD)


def downgrade() -> None:
    _replace(OLD, NEW)


def _replace(
    new: dict[str, tuple[str, list[str], str | None]], old: dict[str, tuple[str, list[str], str | None]]
) -> None:
    """Makes the new indexes before the old ones go. Nobody waits, and what was left half made is made again."""
    with op.get_context().autocommit_block():
        for name, (table, columns, where) in new.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
            condition = sa.text(where) if where else None
            op.create_index(name, table, columns, postgresql_where=condition, postgresql_concurrently=True)
        for name, (table, _, _) in old.items():
            op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
