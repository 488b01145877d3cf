"""Leaving: what was a person's in the ledger moves to the customer who is left, some rows at a time; then its row goes.

Each part takes the next rows that there are, and may be done by two processes at once: no row is moved twice. Until all
have moved the person's row says that it is no person.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.intake.references import new_reference
from mci_router.models import Erasure
from mci_router.privacy.board import withdraw_replies

AT_ONCE = 1_000
OTHER_CASES = """
    SELECT id FROM cases WHERE workspace_id = :workspace AND verified_as = ANY(:customers)
    UNION SELECT c.case_id FROM workflow_runs r JOIN run_approvals a ON a.run_id = r.id
      JOIN contacts c ON c.id = a.contact_id
    WHERE r.workspace_id = :workspace AND r.customer_id = ANY(:customers)
    UNION SELECT c.case_id FROM cases k JOIN contacts o ON o.case_id = k.id JOIN workflow_runs r ON r.contact_id = o.id
      JOIN run_approvals a ON a.run_id = r.id JOIN contacts c ON c.id = a.contact_id
    WHERE k.workspace_id = :workspace AND k.verified_as = ANY(:customers)
"""
"""Cases of others that are the person's all the same: of whom an agent has made sure that it is this one, and those in
which a colleague is asked about a run for the person, or about one that began before an agent made sure.

They are asked for as an array, first: joined to contacts, a plan may begin with all of those.
"""

OWN_CASES = text(
    """
    SELECT id, customer_id FROM cases WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
    ORDER BY id LIMIT :most FOR UPDATE
    """
)
CASES_LEFT = text(
    """
    UPDATE cases k SET customer_id = :left, reference = w.reference, status = 'closed',
      closed_at = COALESCE(k.closed_at, :now), reopens_until = NULL, verified_as = NULL, verified_at = NULL
    FROM unnest(CAST(:cases AS text[]), CAST(:references AS text[])) AS w(id, reference) WHERE k.id = w.id
    """
)
TAKEN = """
    UPDATE contacts SET customer_id = :left, identity = '{}', channel_ref = NULL, call = NULL, callback_phone = NULL,
      subject = NULL, context = '{}'
"""
CONTACTS_LEFT = text(
    f"""{TAKEN} WHERE id IN (
      SELECT id FROM contacts WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
      ORDER BY id LIMIT :most FOR UPDATE)
    """  # noqa: S608 — a constant
)
OTHER_CONTACTS_LEFT = text(
    f"""{TAKEN} WHERE id IN (
      SELECT id FROM contacts WHERE case_id = ANY(ARRAY({OTHER_CASES})) AND customer_id <> :left
      ORDER BY id LIMIT :most FOR UPDATE)
    """  # noqa: S608 — constants
)
OTHER_CASES_OF = text(
    f"""
    SELECT id, customer_id FROM cases
    WHERE id = ANY(ARRAY({OTHER_CASES})) AND (customer_id <> :left OR verified_as IS NOT NULL)
    ORDER BY verified_as IS NOT NULL, id LIMIT :most FOR UPDATE
    """  # noqa: S608 — a constant
)
"""Those first that are found by others."""
RUNS_LEFT = text(
    """
    UPDATE workflow_runs SET customer_id = :left WHERE id IN (
      SELECT id FROM workflow_runs WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
      ORDER BY id LIMIT :most FOR UPDATE)
    """
)
COUNTS_GONE = text(
    """
    DELETE FROM workflow_counts WHERE (workspace_id, workflow, day, customer_id) IN (
      SELECT workspace_id, workflow, day, customer_id FROM workflow_counts
      WHERE workspace_id = :workspace AND customer_id = ANY(:customers) LIMIT :most)
    """
)
LOCKED = text("SELECT id FROM customers WHERE workspace_id = :workspace AND id = ANY(:ids) ORDER BY id FOR UPDATE")
# Locked before: who comes in at this moment waits, and nobody's contact goes with the row.
GOING = text(
    """
    SELECT c.id FROM customers c WHERE c.workspace_id = :workspace AND c.id = ANY(:ids)
      AND (c.no_person = 'going' OR c.no_person IS NULL AND c.trust = 'claimed' AND c.merged_into IS NULL)
      AND NOT EXISTS (SELECT FROM customers m WHERE m.merged_into = c.id AND m.no_person IS NULL)
      AND NOT EXISTS (SELECT FROM contacts k WHERE k.workspace_id = :workspace AND k.customer_id = c.id)
      AND NOT EXISTS (SELECT FROM cases k WHERE k.workspace_id = :workspace AND k.customer_id = c.id)
    """
)
GONE = text("DELETE FROM customers WHERE workspace_id = :workspace AND id = ANY(:ids)")
IS_THERE = text("SELECT EXISTS (SELECT FROM customers WHERE workspace_id = :workspace AND id = ANY(:customers))")

Part = Callable[[AsyncSession, Erasure], Awaitable[bool]]
"""Moves some rows; returns whether there may be more."""


def these(erasure: Erasure) -> dict[str, Any]:
    """Returns whose rows a statement takes, how many at most, and who has them afterwards."""
    whose = {"workspace": erasure.workspace_id, "customers": erasure.customers}
    return {**whose, "left": erasure.left_id, "most": AT_ONCE}


async def is_there(session: AsyncSession, erasure: Erasure) -> bool:
    """Returns whether anything of the person may still have to move."""
    return bool(await session.scalar(IS_THERE, these(erasure)))


def _by(statement: Any) -> Part:
    async def part(session: AsyncSession, erasure: Erasure) -> bool:
        moved = await session.execute(statement, these(erasure))
        return bool(moved.rowcount >= AT_ONCE)  # type: ignore[attr-defined]

    return part


def _closing(which: Any) -> Part:
    """Moves cases, and closes them: nothing joins them any longer, and who has a reference finds nothing by it."""

    async def part(session: AsyncSession, erasure: Erasure) -> bool:
        found = (await session.execute(which, these(erasure))).all()
        taken = {"cases": [case for case, _ in found], "references": [new_reference() for _ in found]}
        await session.execute(CASES_LEFT, {"left": erasure.left_id, "now": utc_now(), **taken})
        await _rid_of(session, erasure.workspace_id, {owner for _, owner in found} - {erasure.left_id})
        return len(found) >= AT_ONCE

    return part


move_runs = _by(RUNS_LEFT)
"""Also later: nothing but their customer's id ties them to it."""


async def _replies(session: AsyncSession, erasure: Erasure) -> bool:
    return await withdraw_replies(session, erasure.workspace_id, erasure.customers)


async def _gone(session: AsyncSession, erasure: Erasure) -> bool:
    await _rid_of(session, erasure.workspace_id, set(erasure.customers))
    return False


async def _rid_of(session: AsyncSession, workspace: str, customers: set[str]) -> None:
    """Removes customers who have no contacts any longer, with what they said in the community: the person's rows, and
    who was nobody but in these cases.
    """
    if not customers:
        return
    await session.execute(LOCKED, {"workspace": workspace, "ids": sorted(customers)})
    going = list(await session.scalars(GOING, {"workspace": workspace, "ids": sorted(customers)}))
    while await withdraw_replies(session, workspace, going):
        pass  # without their member's row nobody finds them
    await session.execute(GONE, {"workspace": workspace, "ids": going})


OTHERS: tuple[Part, ...] = (_by(OTHER_CONTACTS_LEFT), _closing(OTHER_CASES_OF))
"""Also by themselves, while nobody can come in: who owned these cases goes on in another one, and what is said there is
not the person's.
"""
PARTS: tuple[Part, ...] = (
    _replies,
    *OTHERS,
    _closing(OWN_CASES),
    _by(CONTACTS_LEFT),
    move_runs,
    _by(COUNTS_GONE),
    _gone,
)
"""In this order: what leads to other rows comes before these."""
