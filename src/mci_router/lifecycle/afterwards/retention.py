"""Retention: what an agent says of a customer who may leave, when the conversation is completed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import InvalidRequest
from mci_router.vocabulary import TopicValue

TOPIC = "SELECT topic FROM contacts WHERE workspace_id = $1 AND id = $2"
TAKEN = text(
    """
    INSERT INTO retentions (workspace_id, contact_id, agent, queue, topic, offers_made, offers_kept, saved, amount)
    SELECT workspace_id, id, :agent, queue, :topic, :offers_made, :offers_kept, :saved, :amount
    FROM contacts WHERE workspace_id = :workspace AND id = :contact
    ON CONFLICT (contact_id) DO UPDATE SET agent = excluded.agent, queue = excluded.queue, topic = excluded.topic,
      offers_made = excluded.offers_made, offers_kept = excluded.offers_kept, saved = excluded.saved,
      amount = excluded.amount, at = now()
    """
)


class Retentions:
    """Takes what agents say of customers who may leave."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots

    async def topic(self, workspace: str, contact: str, corrected: str | None) -> str:
        """Returns the topic for which a result of the contact counts: the agent's, or the one that was found.

        Raises:
            InvalidRequest: the topic has no `value: retention`.
            DatabaseUnavailable: it is not known.
        """
        name = corrected or await self._found(workspace, contact)
        topic = (await self._snapshots.get(workspace)).topics.get(name or "")
        if topic is None or topic.value is not TopicValue.RETENTION:
            raise InvalidRequest(
                "This contact's topic has no `value: retention`: leave `retention` out, or say another topic.",
                errors=[{"where": "data.retention", "problem": "the topic has no such value"}],
            )
        return topic.name

    async def take(self, workspace: str, contact: str, agent: str, topic: str, said: Mapping[str, Any]) -> None:
        """Records what an agent `said` of a contact: `offers_made`, `offers_kept`, `saved`, `amount`.

        A later word replaces it. Raises DatabaseUnavailable.
        """
        async with self._database.transaction() as session:
            await session.execute(
                TAKEN, {"workspace": workspace, "contact": contact, "agent": agent, "topic": topic, **said}
            )

    async def _found(self, workspace: str, contact: str) -> str | None:
        rows = await self._database.read(TOPIC, workspace, contact)
        return rows[0]["topic"] if rows else None
