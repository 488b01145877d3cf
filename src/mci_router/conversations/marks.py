"""Read marks: up to which message of a case its customer, and each agent, has read. They only move up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.conversations.changes import Changes
from mci_router.database import Database
from mci_router.errors import NotFound

CUSTOMER = "customer"
MOST_CONTACTS = 20  # of a case whose agents hear of it

# Of a customer's mark all agents hear who serve the case; of an agent's, those of the contact.
MARK = text(
    """
    WITH k AS (
      SELECT id, customer_id, last_seq FROM cases WHERE workspace_id = :workspace AND id = :case),
    risen AS (
      INSERT INTO read_marks AS r (workspace_id, case_id, party, up_to_seq, at)
      SELECT :workspace, k.id, :party, LEAST(CAST(:up_to AS bigint), k.last_seq), :at FROM k
      ON CONFLICT (case_id, party) DO UPDATE SET up_to_seq = excluded.up_to_seq, at = excluded.at
      WHERE r.up_to_seq < excluded.up_to_seq
      RETURNING up_to_seq)
    SELECT k.customer_id, (SELECT up_to_seq FROM risen) AS risen,
      (SELECT r.up_to_seq FROM read_marks r WHERE r.case_id = k.id AND r.party = :party) AS before,
      ARRAY(SELECT c.id FROM contacts c
            WHERE c.case_id = k.id AND (CAST(:contact AS text) IS NULL OR c.id = :contact)
            ORDER BY c.ended_at IS NULL DESC, c.id DESC LIMIT :most) AS contacts,
      ARRAY(SELECT c.id FROM contacts c WHERE c.case_id = k.id AND c.ended_at IS NULL) AS open
    FROM k
    """
)


def agent_party(agent: str) -> str:
    """Returns the party that an agent is."""
    return f"agent:{agent}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a party has read."""

    party: str
    up_to_seq: int


class Marks:
    """Notes how far parties have read."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def read(self, workspace: str, case: str, party: str, up_to_seq: int, *, contact: str | None = None) -> Mark:
        """Notes that a party has read a case up to a message, and returns what is noted now. Idempotent.

        The event is of `contact`, else of the case's open contacts, or of its last one.

        Raises NotFound, DatabaseUnavailable.
        """
        named: dict[str, Any] = {"workspace": workspace, "case": case, "party": party, "contact": contact}
        async with self._database.transaction() as session:
            row = (
                await session.execute(MARK, named | {"up_to": up_to_seq, "at": utc_now(), "most": MOST_CONTACTS})
            ).one_or_none()
            if row is None:
                raise NotFound(f"There is no case {case!r} in this workspace.")
            if row.risen is None:
                return Mark(party, row.before or 0)
            contacts = [one for one in row.contacts if one in row.open] or row.contacts[:1]
            noted = await self._changes.note(
                session, workspace, [_entry(one, case, row.customer_id, party, row.risen) for one in contacts]
            )
        await self._changes.tell(workspace, noted)
        return Mark(party, row.risen)


def _entry(contact: str, case: str, customer: str, party: str, up_to_seq: int) -> Mapping[str, Any]:
    about = {"contact": contact, "case": case, "customer": customer}
    return {"type": "message.read", **about, "party": party, "up_to_seq": up_to_seq}
