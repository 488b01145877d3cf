"""Results: contacts that have ended are judged, and again when their customers come back.

The projector notes which contacts to judge (`noted`), in the statement that brings their rows to where the journal
leaves them. That costs it a row a contact; the judging follows some moments later, in transactions of its own.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.insight import judging
from mci_router.insight.judging import ASKED, REPETITION_COLUMNS, RESOLUTION_COLUMNS
from mci_router.insight.result_facts import KINDS, REPETITIONS, RESOLUTIONS
from mci_router.models import ResultCheck

BATCH = 200  # contacts a transaction
LOOKED_BACK = "interval '30 days'"
MOST_EARLIER = 5  # contacts of a matter that are judged again when another one comes
KEPT, RECOUNTED = "interval '400 days'", "interval '399 days'"
"""How long results are kept, whose facts stay; and how far back they are counted again."""

PENDING = "EXISTS (SELECT FROM result_checks)"
"""Whether there is something to judge, in SQL."""

WAITING = select(ResultCheck.workspace_id)
"""The workspaces with something to judge."""

# The workspace first: one that is deleted takes its rows with it, in that order.
ALONE = text(
    """
    SELECT pg_try_advisory_xact_lock(hashtextextended('results ' || id, 0)) FROM workspaces WHERE id = :workspace
    FOR KEY SHARE
    """
)
TAKE = text(
    """
    DELETE FROM result_checks WHERE id = ANY(ARRAY(
      SELECT id FROM result_checks WHERE workspace_id = :workspace ORDER BY id LIMIT :most))
    RETURNING contact_id, confirmed
    """
)
OF_RESOLUTIONS = RESOLUTIONS.written(judging.RESOLUTIONS, RESOLUTION_COLUMNS, ("workspace_id", "contact_id", "rung"))
OF_REPETITIONS = REPETITIONS.written(judging.REPETITIONS, REPETITION_COLUMNS, ("workspace_id", "contact_id"))
JUDGE_RESOLUTIONS = text(f"WITH {ASKED}, {RESOLUTIONS.counted(OF_RESOLUTIONS, ':workspace')} SELECT 1")
JUDGE_REPETITIONS = text(f"WITH {ASKED}, {REPETITIONS.counted(OF_REPETITIONS, ':workspace')} SELECT 1")
# A contact that was not served after all makes no repeat of the one after it.
JUDGE_NEXT = text(
    f"""
    WITH {ASKED}
    INSERT INTO result_checks (workspace_id, contact_id)
    SELECT n.workspace_id, n.contact_id FROM contact_repetitions t
    JOIN contact_repetitions n ON n.workspace_id = t.workspace_id AND n.contact_id = t.repeated_by
    WHERE t.workspace_id = :workspace AND t.contact_id = ANY(ARRAY(SELECT contact_id FROM asked))
      AND t.result NOT IN ('first', 'repeat') AND n.result = 'repeat'
    """  # noqa: S608 — a constant
)
NOTE_ALL = text(
    f"""
    INSERT INTO result_checks (workspace_id, contact_id)
    SELECT c.workspace_id, c.id FROM contacts c
    WHERE c.workspace_id = :workspace AND c.ended_at IS NOT NULL AND c.accepted_at > now() - {RECOUNTED}
      AND c.channel <> 'task'
      AND NOT EXISTS (SELECT FROM contact_repetitions t WHERE t.workspace_id = c.workspace_id AND t.contact_id = c.id)
    """  # noqa: S608 — a constant
)
"""Has all that has ended and was never judged judged."""

FORGET = [
    text(
        f"""
        DELETE FROM {one.table} WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM {one.table} WHERE {one.at} < now() - {KEPT} LIMIT 5000))
        """  # noqa: S608 — names of this room
    )
    for one in KINDS
]
OF_CUSTOMER = text(
    f"""
    INSERT INTO result_checks (workspace_id, contact_id)
    SELECT workspace_id, id FROM contacts
    WHERE workspace_id = :workspace AND customer_id = ANY(:customers) AND accepted_at > now() - {LOOKED_BACK}
    """  # noqa: S608 — a constant
)


def noted(moved: str, ended: str, workspace: str) -> str:
    """Returns the parts of a WITH that note which contacts to judge: those that have ended, and earlier ones of the
    same matter when another one has come.

    `moved` is the name of what has rows of contacts, with `arrived`; `ended` SQL for a JSON array of `{contact,
    confirmed}`. A plan is kept from when the tables were small: the bounds of the customer and the order are such that
    only the index by customer gives both. Ids begin with their time: a customer who is made for a contact is younger
    than that, and has no others.
    """
    return f"""
    ends_noted AS (
      INSERT INTO result_checks (workspace_id, contact_id, confirmed)
      SELECT {workspace}, e.contact, e.confirmed
      FROM jsonb_to_recordset({ended}) AS e(contact text, confirmed boolean)),
    returns_noted AS (
      INSERT INTO result_checks (workspace_id, contact_id)
      SELECT {workspace}, n.id FROM {moved} c CROSS JOIN LATERAL (
        SELECT n.id FROM contacts n WHERE n.workspace_id = {workspace}
          AND n.customer_id >= c.customer_id AND n.customer_id <= c.customer_id
          AND n.id || '' < c.id AND n.accepted_at > c.accepted_at - {LOOKED_BACK} AND n.kind = 'customer'
          AND (n.topic = c.topic OR n.case_id = c.case_id)
        ORDER BY n.customer_id DESC, n.id DESC LIMIT {MOST_EARLIER}) AS n
      WHERE c.arrived AND c.kind = 'customer' AND substr(c.customer_id, 5) < substr(c.id, 5))
    """  # noqa: S608 — names of ours


async def judge_customers(session: AsyncSession, workspace: str, customers: Sequence[str]) -> None:
    """Has the latest contacts of customers judged again: they were merged, or split."""
    await session.execute(OF_CUSTOMER, {"workspace": workspace, "customers": list(customers)})


async def judge(database: Database, workspace: str, silent_after_s: float) -> None:
    """Judges all contacts of a workspace that are noted, unless another process does. Idempotent.

    Raises:
        DatabaseUnavailable: some are not judged yet.
    """
    more = True
    while more:
        async with database.transaction() as session:
            more = await _turn(session, workspace, silent_after_s)


async def _turn(session: AsyncSession, workspace: str, silent_after_s: float) -> bool:
    """Returns whether there may be more to do."""
    if not await session.scalar(ALONE, {"workspace": workspace}):
        return False
    taken = (await session.execute(TAKE, {"workspace": workspace, "most": BATCH})).mappings().all()
    if not taken:
        return False
    checks = json.dumps([dict(one) for one in taken])
    known: dict[str, Any] = {"workspace": workspace, "checks": checks}
    await session.execute(JUDGE_RESOLUTIONS, known | {"silent_after": silent_after_s})
    await session.execute(JUDGE_REPETITIONS, known)
    await session.execute(JUDGE_NEXT, known)
    return len(taken) == BATCH


async def forget(database: Database) -> None:
    """Removes results that are older than they are kept; what reports count of them stays."""
    async with database.transaction() as session:
        for statement in FORGET:
            await session.execute(statement)
