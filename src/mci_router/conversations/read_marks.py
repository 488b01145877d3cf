"""Read marks: up to which message of a case a party has read. A mark only moves on, and the journal hears of it."""

import logging

from mci_router.clock import utc_now
from mci_router.conversations.telling import Journal
from mci_router.database import Database
from mci_router.errors import EngineUnavailable, NotFound

log = logging.getLogger(__name__)

CUSTOMER = "customer"
"""The party that a case's customer is."""

# `$5`: of that customer's cases alone, or '' for any.
MARK = """
WITH found AS (
  SELECT k.id, k.customer_id, LEAST($4::bigint, k.last_seq) AS seq FROM cases k
  WHERE k.workspace_id = $1 AND k.id = $2 AND ($5 = '' OR k.customer_id = $5)),
marked AS (
  INSERT INTO read_marks (workspace_id, case_id, party, up_to_seq, at)
  SELECT $1, f.id, $3, f.seq, $6 FROM found f WHERE f.seq > 0
  ON CONFLICT (case_id, party) DO UPDATE SET up_to_seq = excluded.up_to_seq, at = excluded.at
    WHERE read_marks.up_to_seq < excluded.up_to_seq
  RETURNING up_to_seq)
SELECT f.customer_id, (SELECT up_to_seq FROM marked) AS moved_to,
  (SELECT r.up_to_seq FROM read_marks r WHERE r.case_id = f.id AND r.party = $3) AS was,
  ARRAY(SELECT c.id FROM (
    SELECT c.id, c.ended_at IS NULL AS open, row_number() OVER (ORDER BY c.ended_at IS NULL DESC, c.id DESC) AS number
    FROM contacts c WHERE c.workspace_id = $1 AND c.case_id = f.id AND ($7 = '' OR c.id = $7)) AS c
    WHERE c.number = 1 OR c.open AND c.number <= 20 ORDER BY c.number) AS contacts
FROM found f
"""


class ReadMarks:
    """Notes how far parties have read: the `customer`, or an agent as in `agent:ada`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def mark(
        self, workspace: str, case: str, party: str, up_to_seq: int, *, customer: str = "", contact: str = ""
    ) -> int:
        """Notes how far a party has read, at most up to the last message, and returns the mark in force. Idempotent.

        The journal has it for `contact`, else for the open contacts of the case, or for its last one.

        Raises NotFound if there is no such case, or it is not that `customer`'s.
        """
        rows = await self._database.read(MARK, workspace, case, party, up_to_seq, customer, utc_now(), contact)
        if not rows:
            raise NotFound(f"There is no case {case!r} in this workspace.")
        (row,) = rows
        if row["moved_to"] is None:
            return int(row["was"] or 0)
        about = {"case": case, "customer": row["customer_id"], "party": party, "up_to_seq": row["moved_to"]}
        try:
            await self._journal(
                workspace, [{"type": "message.read", "contact": one, **about} for one in row["contacts"]]
            )
        except EngineUnavailable:
            log.warning("that a case of %s was read is told with the next message", workspace)
        return int(row["moved_to"])
