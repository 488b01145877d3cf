"""What an offer costs the ledger does not grow with the workspace."""

from typing import Any

from sqlalchemy import text

from mci_router.lifecycle.seen.screen_pop_statements import CONTACT, CUSTOMER
from tests.support.service import Workspace

OTHERS, MOST_READ = 3_000, 50
COPY = text(
    """
    INSERT INTO contacts
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', c.id || n, 'ended_at', now()))).*
    FROM contacts c CROSS JOIN generate_series(1, :others) AS n WHERE c.id = :contact
    """
)
READ = "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname IN ('contacts', 'cases')"


async def test_who_never_came_before_is_not_looked_for_among_all_contacts(workspace: Workspace) -> None:
    """Most customers have no earlier contacts, and a query that seeks the last twenty of them must not read all others
    to find that out: each offer at each desk asks.
    """
    other = await workspace.post(customer={"external_id": "other"})
    new = await workspace.post(customer={"external_id": "new"})
    async with workspace.ledger() as session:
        await session.execute(COPY, {"others": OTHERS, "contact": other["id"]})
    await workspace.database.alone("ANALYZE contacts")
    for customer in (new["customer_id"], None):
        async with workspace.ledger() as session:
            driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
            before = await driver.fetchval(READ)
            await driver.fetch(CONTACT, workspace.id, new["id"])
            ((_, _, history),) = await driver.fetch(CUSTOMER, workspace.id, new["id"], new["case_id"], customer, False)
            assert history == "[]"
            assert await driver.fetchval(READ) - before <= MOST_READ
