"""Read marks: up to which message of a case a party has read. A mark only moves on."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now

MARK = text(
    """
    WITH marked AS (
      INSERT INTO read_marks (workspace_id, case_id, party, up_to_seq, at)
      SELECT k.workspace_id, k.id, :party, LEAST(:seq, k.last_seq), :at FROM cases k
      WHERE k.workspace_id = :workspace AND k.id = :case
      ON CONFLICT (case_id, party) DO UPDATE SET up_to_seq = excluded.up_to_seq, at = excluded.at
        WHERE read_marks.up_to_seq < excluded.up_to_seq
      RETURNING up_to_seq)
    SELECT COALESCE((SELECT up_to_seq FROM marked),
      (SELECT up_to_seq FROM read_marks WHERE workspace_id = :workspace AND case_id = :case AND party = :party), 0)
    """
)


async def mark_read(session: AsyncSession, workspace: str, case: str, party: str, up_to_seq: int) -> int:
    """Notes how far a party has read, at most up to the last message. Returns the mark in force. Idempotent."""
    wanted = {"workspace": workspace, "case": case, "party": party, "seq": up_to_seq, "at": utc_now()}
    return int(await session.scalar(MARK, wanted) or 0)
