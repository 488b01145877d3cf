"""Agents' states: what each agent wants and whether the agent can be reached, kept from the journal for reports."""

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry

EVERYBODY = ""
"""In place of an agent's name: the live state was lost, and with it who was there."""

INSERT = text(
    """
    INSERT INTO agent_states (workspace_id, agent, id, at, presence, reason, reachable)
    SELECT :workspace, s.agent, s.id, s.at, s.presence, s.reason, s.reachable
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS s(agent text, id text, at timestamptz, presence text, reason text, reachable boolean)
    ON CONFLICT DO NOTHING
    """
)
REACHABLE = {EventType.AGENT_CONNECTED: True, EventType.AGENT_LOST: False, EventType.AGENT_REMOVED: False}


async def keep(session: AsyncSession, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Keeps what entries of one workspace say of agents' states, in the transaction of the session. Idempotent."""
    rows = [row for entry in entries if (row := _row(entry))]
    if rows:
        await session.execute(INSERT, {"workspace": workspace, "rows": json.dumps(rows)})


def _row(entry: JournalEntry) -> dict[str, object] | None:
    row = {"agent": entry.agent, "id": entry.id, "at": entry.at.isoformat()}
    if entry.type == EventType.LIVE_STATE_REBUILT:
        return row | {"agent": EVERYBODY, "presence": "offline", "reachable": False}
    if not entry.agent:
        return None
    if entry.type == EventType.AGENT_PRESENCE_CHANGED:
        return row | {"presence": entry.data.get("presence"), "reason": entry.why}
    if entry.type in REACHABLE:
        return row | {"reachable": REACHABLE[EventType(entry.type)]}
    return None
