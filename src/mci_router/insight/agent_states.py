"""Agents' states: what each agent wants and whether the agent can be reached, kept from the journal for reports."""

from collections.abc import Sequence

from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry

EVERYBODY = ""
"""In place of an agent's name: the live state was lost, and with it who was there."""

REACHABLE = {EventType.AGENT_CONNECTED: True, EventType.AGENT_LOST: False, EventType.AGENT_REMOVED: False}
SAYING = frozenset({EventType.LIVE_STATE_REBUILT, EventType.AGENT_PRESENCE_CHANGED, *REACHABLE})


def kept(workspace: str, rows: str) -> str:
    """Returns the SQL that keeps `rows`; `workspace` and `rows` are SQL. Idempotent."""
    return f"""
    INSERT INTO agent_states (workspace_id, agent, id, at, presence, reason, reachable)
    SELECT {workspace}, s.agent, s.id, s.at, s.presence, s.reason, s.reachable
    FROM jsonb_to_recordset({rows})
      AS s(agent text, id text, at timestamptz, presence text, reason text, reachable boolean)
    ON CONFLICT DO NOTHING
    """  # noqa: S608 — expressions of ours


def changes_of(names: str) -> str:
    """Returns the SQL of how agents' states changed from `:since_id` until `:until_id`; `names` is an array in SQL.

    The state in which each agent comes into that time is that of the newest entries before it.
    """
    return f"""
    SELECT agent, id, at, presence, reachable, reason FROM agent_states
    WHERE workspace_id = :workspace AND agent = ANY({names}) AND id >= :since_id AND id < :until_id
    UNION ALL
    SELECT before.agent, before.id, before.at, before.presence, before.reachable, before.reason
    FROM unnest(CAST({names} AS text[])) AS name
    CROSS JOIN LATERAL (
      (SELECT * FROM agent_states WHERE workspace_id = :workspace AND agent = name AND id < :since_id
         AND presence IS NOT NULL ORDER BY id DESC LIMIT 1)
      UNION ALL
      (SELECT * FROM agent_states WHERE workspace_id = :workspace AND agent = name AND id < :since_id
         AND reachable IS NOT NULL ORDER BY id DESC LIMIT 1)
    ) AS before
    """  # noqa: S608 — an expression of ours


def rows(entries: Sequence[JournalEntry]) -> list[dict[str, object]]:
    """Returns what entries say of agents' states."""
    return [row for entry in entries if entry.type in SAYING and (row := _row(entry))]


def _row(entry: JournalEntry) -> dict[str, object] | None:
    row: dict[str, object] = {"agent": entry.agent, "id": entry.id, "at": entry.at}
    if entry.type == EventType.LIVE_STATE_REBUILT:
        return row | {"agent": EVERYBODY, "presence": "offline", "reachable": False}
    if not entry.agent:
        return None
    if entry.type == EventType.AGENT_PRESENCE_CHANGED:
        return row | {"presence": entry.data.get("presence"), "reason": entry.why}
    return row | {"reachable": REACHABLE[EventType(entry.type)]}
