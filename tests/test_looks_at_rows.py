"""What every process asks the ledger twice a second does not grow with those who wait."""

from sqlalchemy import text

from mci_router.assembly import assembled
from mci_router.settings import Settings
from tests.support.service import Workspace

OTHERS, MOST_READ = 3_000, 100
LONG_AGO = "overlay(c.id PLACING '000000000001' FROM 5 FOR 12)"
COPY = text(
    f"""
    INSERT INTO contacts
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', {LONG_AGO} || n, 'person_asked_at', NULL))).*
    FROM contacts c CROSS JOIN generate_series(1, :others) AS n WHERE c.id = :contact
    """
)
READ = """
SELECT sum(seq_tup_read + idx_tup_fetch)::int FROM pg_stat_xact_user_tables
WHERE relname = 'contacts' AND $1::jsonb IS NOT NULL
"""


async def test_a_look_reads_as_much_with_thousands_who_wait_as_with_one(
    workspace: Workspace, settings: Settings
) -> None:
    """Also while tables are larger than the planner has heard, as in a rush: each process looked through all contacts
    twice a second, and whoever came in meanwhile waited for that.
    """
    contact = await workspace.post()
    async with workspace.ledger() as session:
        await session.execute(COPY, {"others": OTHERS, "contact": contact["id"]})
    loops = [one for one in assembled(settings, None).upkeep._look._loops if not one.asked_every_s]
    asked = [f"({each})" for loop in loops for each in (loop.pending, loop.changes) if each]
    lane = workspace.database.lane(for_questions=True)
    async with lane.transaction():
        ((before,),) = await lane.fetch(READ, {})
        await lane.ask(f"SELECT {', '.join(asked)}")
        ((after,),) = await lane.fetch(READ, {})
    lane.close()
    assert len(loops) > 20
    assert after - before <= MOST_READ
