"""Recovery: what the ledger has and the live state lacks is found, at a cost that does not grow with what has ended."""

from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.ids import new_id
from mci_router.lifecycle import recovery
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.recovery import PAGE, Recovery
from tests.support.service import Workspace, eventually

COPY = """
INSERT INTO contacts SELECT copy.* FROM contacts c,
  jsonb_populate_record(c, jsonb_build_object('id', CAST(:id AS text), 'journal_id', '', 'state', 'queued')) AS copy
WHERE c.id = :of
"""
OF_ITS_OWN = """
CREATE TEMPORARY TABLE contacts (LIKE public.contacts INCLUDING INDEXES) ON COMMIT DROP;
INSERT INTO contacts SELECT copy.* FROM public.contacts c, generate_series(1, 3000) AS n, jsonb_populate_record(
    c, jsonb_build_object('id', 'con_' || n, 'ended_at', CASE WHEN n % 100 > 0 THEN c.accepted_at END)) AS copy
  WHERE c.id = '{contact}';
ANALYZE contacts
"""
"""A table of contacts before the shared one, for a transaction: 3,000 of one workspace, and 30 of them are open."""


async def test_a_page_of_open_contacts_reads_none_that_has_ended(workspace: Workspace) -> None:
    """It follows the index on those that are open, where it went on from: there may be millions that have ended."""
    contact = await workspace.post("a formal complaint about you")
    async with workspace.database.transaction() as session:
        for statement in OF_ITS_OWN.format(contact=contact["id"]).split(";"):
            await session.execute(text(statement))
        page = PAGE.replace("$1", f"'{workspace.id}'").replace("$2", "'con_0'").replace("$3", "500")
        (plan,) = await session.scalars(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {page}"))
    found = _scan(plan[0]["Plan"])
    assert (found["Actual Rows"], found.get("Rows Removed by Filter", 0)) == (30, 0)
    assert "ROW(workspace_id, id)" in found["Index Cond"]


def _scan(plan: dict[str, Any]) -> dict[str, Any]:
    """Returns the innermost step of a plan."""
    return _scan(plan["Plans"][0]) if plan.get("Plans") else plan


async def test_what_the_live_state_has_lost_is_in_both_again(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: Any
) -> None:
    """Page after page, and then from the beginning; what it knows is left alone."""
    monkeypatch.setattr(recovery, "BATCH", 1)
    parts = service[1]
    engine = parts.engine
    again = CalledAgain(parts.database, parts.ending)
    looking = Recovery(parts.database, engine, parts.snapshots, Dispatch(engine), again, age_s=3_600)
    first, second = [(await workspace.post("a formal complaint about you"))["id"] for _ in range(2)]
    lost = new_id("contact")
    async with workspace.database.transaction() as session:
        await session.execute(text(COPY), {"of": first, "id": lost})
    assert await engine.known(workspace.id, [first, lost, second]) == [True, False, True]

    async def found() -> bool:
        await looking.send_lost()
        return await engine.known(workspace.id, [first, lost, second]) == [True, True, True]

    await eventually(found)
