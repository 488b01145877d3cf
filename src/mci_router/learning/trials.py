"""Trials: how a model on trial does beside the live one, by the decisions in the ledger."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

NEWEST = 20_000  # decisions that are read: they are ordered by the ids of contacts, so an index finds these

TRIAL = text(
    """
    WITH asked AS (
      SELECT DISTINCT ON (contact_id) triage FROM (
        SELECT contact_id, rung, triage FROM decisions
        WHERE workspace_id = :workspace ORDER BY contact_id DESC LIMIT :newest) AS newest
      WHERE triage -> 'shadow' ->> 'model' = :version ORDER BY contact_id, rung)
    SELECT count(*) AS asked, count(*) FILTER (WHERE triage ->> 'topic' IS NOT DISTINCT FROM
      CASE WHEN triage -> 'shadow' ->> 'certainty' = 'ask' THEN NULL ELSE triage -> 'shadow' ->> 'topic' END) AS agreed
    FROM asked
    """
)


async def trial(session: AsyncSession, workspace: str, version: str) -> dict[str, Any]:
    """Counts the contacts on which a model was asked on trial, and those on which it agreed.

    It agrees with the same topic as triage found, or with no topic where triage found none.
    """
    counts = await session.execute(TRIAL, {"workspace": workspace, "version": version, "newest": NEWEST})
    return dict(counts.mappings().one())
