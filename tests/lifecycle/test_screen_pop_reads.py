"""What an offer costs the ledger does not grow with the workspace, and what it reads is of the right customer."""

from typing import Any

import pytest
from sqlalchemy import text

from mci_router.lifecycle.seen.screen_pop import known_as
from mci_router.lifecycle.seen.screen_pop_look import ScreenPopLook
from mci_router.lifecycle.seen.screen_pop_statements import SEEN
from tests.support.service import Workspace

OTHERS, MOST_READ = 3_000, 50
COPY = text(
    """
    INSERT INTO contacts
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', c.id || n, 'ended_at', now()))).*
    FROM contacts c CROSS JOIN generate_series(1, :others) AS n WHERE c.id = :contact
    """
)
READ = """
SELECT sum(seq_tup_read + idx_tup_fetch)::int FROM pg_stat_xact_user_tables
WHERE relname IN ('contacts', 'cases', 'messages') AND $1::jsonb IS NOT NULL
"""
TRUST = text("UPDATE contacts SET trust = :trust WHERE id = :contact")
VERIFY = text("UPDATE cases SET verified_at = now(), verified_by = 'ann', verified_as = :who WHERE id = :case")


async def test_who_never_came_before_is_not_looked_for_among_all_contacts(workspace: Workspace) -> None:
    """Most customers have no earlier contacts, and a query that seeks the last twenty of them must not read all others
    to find that out: each offer at each desk asks.
    """
    other = await workspace.post(customer={"external_id": "other"})
    new = {
        trust: (await workspace.post(customer={"external_id": trust}))["id"] for trust in ("claimed", "authenticated")
    }
    async with workspace.ledger() as session:
        for trust, contact in new.items():
            await session.execute(TRUST, {"trust": trust, "contact": contact})
        await session.execute(COPY, {"others": OTHERS, "contact": other["id"]})
    await workspace.database.alone("ANALYZE contacts")
    lane = workspace.database.lane()
    for trust, contact in new.items():
        async with lane.transaction():
            ((before,),) = await lane.fetch(READ, {})
            (row,) = await lane.fetch(SEEN, {"workspace": workspace.id, "contact": contact, "agent": "ann"})
            ((after,),) = await lane.fetch(READ, {})
        assert row[11] == "[]", f"there is no history: {trust}"
        assert after - before <= MOST_READ, trust
    lane.close()


@pytest.mark.parametrize("trust", ["claimed", "authenticated"])
async def test_the_statement_knows_the_customer_as_the_desk_does(workspace: Workspace, trust: str) -> None:
    """For a mere claim nobody, then whom an agent has verified, which may be another customer than the one claimed."""
    contact = await workspace.post(customer={"external_id": "one"})
    other = await workspace.post(customer={"external_id": "other"})
    async with workspace.ledger() as session:
        await session.execute(TRUST, {"trust": trust, "contact": contact["id"]})
    look, known = ScreenPopLook(workspace.database), []
    for verified in (False, None, other["customer_id"]):
        if verified is not False:
            async with workspace.ledger() as session:
                await session.execute(VERIFY, {"who": verified, "case": contact["case_id"]})
        seen: Any = await look.seen(workspace.id, contact["id"], "ann", scores=False)
        assert (seen.customer and seen.customer.id) == known_as(seen.contact, seen.case)
        known.append(known_as(seen.contact, seen.case))
    assert known == [
        contact["customer_id"] if trust != "claimed" else None,
        contact["customer_id"],
        other["customer_id"],
    ]
