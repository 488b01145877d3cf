"""Questions about summaries, by the messages that ask them: what shows such a message can offer the answers."""

from collections.abc import Mapping
from typing import Any

from mci_router.clock import moment, utc_now
from mci_router.database import Database
from mci_router.lifecycle.talking.saying import OF_SUMMARIES
from mci_router.vocabulary import SummaryState

OF_MESSAGES = f"""
SELECT y.message_id, s.contact_id, s.id AS summary_id, s.state, s.expires_at
FROM summary_consents s
JOIN message_keys y ON y.workspace_id = s.workspace_id AND y.owner = '{OF_SUMMARIES}' AND y.key = s.id
WHERE s.workspace_id = $1 AND s.contact_id = ANY($2) AND y.message_id = ANY($3)
"""  # noqa: S608 — a name of ours


async def questions_of(database: Database, workspace: str, messages: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Returns by message the questions that some are, as `{contact_id, summary_id, state, expires_at}`; `messages` has
    their contacts by their ids. Raises DatabaseUnavailable.
    """
    rows = await database.read(OF_MESSAGES, workspace, list(set(messages.values())), list(messages))
    return {row["message_id"]: _question(row) for row in rows}


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    over = row["state"] == SummaryState.WAITING and row["expires_at"] <= utc_now()
    return {
        "contact_id": row["contact_id"],
        "summary_id": row["summary_id"],
        "state": SummaryState.EXPIRED if over else SummaryState(row["state"]),
        "expires_at": moment(row["expires_at"]),
    }
