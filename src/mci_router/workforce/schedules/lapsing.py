"""Lapsing: what an agent has asked for, and nobody has decided before its time was over, ends by itself.

The desks of those who take part say so, and it counts no longer among what they have asked for.
"""

from sqlalchemy import text

from mci_router.database import Database

INTERVAL_S = 60
MOST = 500  # of a turn's statement: no request waits for long for a row that is written here

# Who asks for what is over already, such as a day of illness, gives a supervisor a week to decide.
TIME_OFF = text(
    f"""
    UPDATE time_off SET state = 'lapsed', decided_at = now() WHERE id IN (
      SELECT id FROM time_off t
      WHERE state = 'asked' AND ends_at <= now() AND (created_at < ends_at OR created_at < now() - interval '7 days')
      ORDER BY id LIMIT {MOST} FOR UPDATE SKIP LOCKED)
    """  # noqa: S608 — a number of ours
)
# A shift that has begun is swapped no longer, nor is one that was cancelled: a swap of a shift cancels it, too.
SWAPS = text(
    f"""
    UPDATE shift_swaps SET state = 'lapsed', decided_at = now() WHERE id IN (
      SELECT id FROM shift_swaps w
      WHERE state IN ('asked', 'accepted') AND EXISTS (SELECT FROM shifts s
        WHERE s.id = ANY(ARRAY[w.shift_id, w.other_shift_id]) AND (s.begins_at <= now() OR s.cancelled_at IS NOT NULL))
      ORDER BY id LIMIT {MOST} FOR UPDATE SKIP LOCKED)
    """  # noqa: S608 — a number of ours
)


async def lapse(database: Database) -> None:
    """Ends what was not decided in time, in all workspaces. Idempotent. Raises DatabaseUnavailable."""
    for statement in (TIME_OFF, SWAPS):
        ended = MOST
        while ended == MOST:
            async with database.transaction() as session:
                ended = (await session.execute(statement)).rowcount  # type: ignore[attr-defined]
