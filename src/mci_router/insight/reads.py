"""Reads: articles that somebody reads without a contact, whether they helped, and whether the reader wrote after all.

A reader is a fingerprint that is another one each day. Nothing else is known of the reader, and it is forgotten soon.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.insight.result_facts import READS
from mci_router.values import value
from mci_router.vocabulary import Reading

KEPT = "interval '30 days'"
MOST_AN_HOUR = 10_000  # reads of a workspace that are counted: what comes faster is no person
FORGET_BATCH = 5_000

_READ = f"""
    INSERT INTO article_reads AS t (workspace_id, reader, article, version, topic, by, at, result)
    SELECT :workspace, :reader, :article, :version, :topic, :by, now(), :result
    WHERE (SELECT COALESCE(sum(reads), 0) FROM interval_reads
      WHERE workspace_id = :workspace AND starts_at > now() - interval '1 hour') < {MOST_AN_HOUR}
    ON CONFLICT (workspace_id, reader, article, version) DO UPDATE SET result = excluded.result
    WHERE excluded.result <> 'silent' AND t.result <> 'followed' AND t.result <> excluded.result
"""  # noqa: S608 — a number
_FOLLOWED = """
    UPDATE article_reads SET result = 'followed'
    WHERE workspace_id = :workspace AND reader = ANY(:readers) AND result IN ('silent', 'helped')
"""
READ = text(f"WITH {READS.counted(_READ, ':workspace')} SELECT 1")
FOLLOWED = text(f"WITH {READS.counted(_FOLLOWED, ':workspace')} SELECT 1")
FORGET = text(
    f"""
    DELETE FROM article_reads WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM article_reads WHERE at < now() - {KEPT} LIMIT {FORGET_BATCH}))
    """  # noqa: S608 — constants
)


@value
class ArticleShown:
    """The article that is read, at its version, and where."""

    name: str
    version: int
    topic: str
    by: str


async def read(
    session: AsyncSession, workspace: str, reader: str, article: ArticleShown, result: Reading = Reading.SILENT
) -> None:
    """Counts a read, once a reader and version; `helped` and `not_helped` say what the reader says. Idempotent."""
    said: dict[str, Any] = {"workspace": workspace, "reader": reader, "result": result}
    named = {"article": article.name, "version": article.version, "topic": article.topic, "by": article.by}
    await session.execute(READ, said | named)


async def wrote(session: AsyncSession, workspace: str, readers: Sequence[str]) -> None:
    """Has what these readers have read counted as followed by a contact; what did not help stays that. Idempotent."""
    await session.execute(FOLLOWED, {"workspace": workspace, "readers": list(readers)})


async def forget(database: Database) -> None:
    """Removes reads that are older than they are kept; what reports count of them stays."""
    async with database.transaction() as session:
        await session.execute(FORGET)
