"""Following: what an answer leads to is kept as undone until it is done, by any process."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from mci_router.database import Database
from mci_router.routing.engine import Engine

MOST_AT_ONCE = 64

UNTOLD = """
SELECT i.workspace_id, i.contact_id, i.survey, i.kind, i.queue, i.agent, i.topic, i.channel, i.cell, i.follow_up,
  a.score, a.comment, a.changes, c.case_id, c.customer_id, c.trust, c.language, c.sensitive,
  EXISTS (SELECT FROM contacts t WHERE t.id = i.follow_up AND t.sensitive_kinds <> '{}') AS danger_followed
FROM survey_invitations i JOIN survey_answers a ON a.contact_id = i.contact_id JOIN contacts c ON c.id = i.contact_id
WHERE i.untold AND NOT i.workspace_id = ANY($2::text[]) ORDER BY i.workspace_id, i.contact_id LIMIT $1
"""
DONE = text(
    """
    UPDATE survey_invitations i SET untold = a.changes > :changes, follow_up = :follow_up FROM survey_answers a
    WHERE i.contact_id = :contact AND a.contact_id = i.contact_id
    """
)


class Following:
    """Journals answers, and keeps which of them are dealt with."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def untold(self, but: Sequence[str]) -> Sequence[Any]:
        """Returns answers that something follows from, but those of some workspaces. Raises DatabaseUnavailable."""
        return await self._database.read(UNTOLD, MOST_AT_ONCE, but)

    async def journal(self, row: Mapping[str, Any]) -> None:
        """Journals an answer, without its text. Raises EngineUnavailable."""
        facts = {name: row[name] for name in ("survey", "kind", "score", "changes", "channel", "cell")}
        where = {"topic": row["topic"], "queue": row["queue"], "holder": row["agent"]}
        told = {**facts, **{name: value for name, value in where.items() if value}}
        whose = {"case": row["case_id"], "customer": row["customer_id"]}
        command = f"survey:{row['changes']}"
        await self._engine.journal_survey(row["workspace_id"], row["contact_id"], {**told, **whose}, command=command)

    async def done(self, row: Mapping[str, Any], follow_up: str | None) -> None:
        """Notes that an answer is dealt with, unless it has been changed since. Raises DatabaseUnavailable."""
        known = {"contact": row["contact_id"], "changes": row["changes"], "follow_up": follow_up}
        async with self._database.transaction() as session:
            await session.execute(DONE, known)
