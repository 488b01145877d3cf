"""Gaps: what was asked and found no answer, by topic and by words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.knowledge.uses import MOST_CONTACTS, first_contact
from mci_router.values import value

SEVERAL = 3  # different customers who asked for the same: only then somebody is shown it
MOST_KEPT = 5_000  # phrases of a workspace
MOST_SHOWN = 200
KEPT = timedelta(days=180)

SEARCHED = text("""
INSERT INTO knowledge_gaps AS g (workspace_id, topic, words, searches, by_agents, askers)
SELECT :workspace, :topic, :words, 1, :by_agents, CAST(:askers AS text[])
WHERE (SELECT count(*) FROM knowledge_gaps WHERE workspace_id = :workspace) < :most
  OR EXISTS (SELECT 1 FROM knowledge_gaps WHERE workspace_id = :workspace AND topic = :topic AND words = :words)
ON CONFLICT (workspace_id, topic, words) DO UPDATE SET searches = g.searches + 1,
  by_agents = g.by_agents + excluded.by_agents, last_at = now(),
  askers = CASE WHEN cardinality(g.askers) < :several AND NOT g.askers @> excluded.askers
    THEN g.askers || excluded.askers ELSE g.askers END
""")
SHOWN = text("""
SELECT topic, words, searches, by_agents, first_at, last_at FROM knowledge_gaps
WHERE workspace_id = :workspace AND last_at >= :since AND (by_agents > 0 OR cardinality(askers) >= :several)
ORDER BY searches DESC, last_at DESC, words LIMIT :limit
""")
OF_TOPICS = text("""
SELECT topic, count(*) AS contacts,
  count(*) FILTER (WHERE arrival ->> 'outcome' = 'automation' AND outcome <> 'automation') AS not_helped,
  max(accepted_at) AS last_at
FROM (
  SELECT topic, arrival, outcome, accepted_at, sensitive, kind FROM contacts
  WHERE workspace_id = :workspace AND id >= :since ORDER BY id DESC LIMIT :most) AS c
WHERE topic IS NOT NULL AND NOT sensitive AND kind = 'customer'
GROUP BY topic ORDER BY contacts DESC, topic
""")
LET_GO = text("""
UPDATE knowledge_gaps SET askers = ARRAY(SELECT a FROM unnest(askers) AS a WHERE a <> ALL(:askers))
WHERE workspace_id = :workspace AND askers && CAST(:askers AS text[])
""")
NOBODYS = text("DELETE FROM knowledge_gaps WHERE workspace_id = :workspace AND askers = '{}' AND by_agents = 0")
FORGET = text("DELETE FROM knowledge_gaps WHERE last_at < :before")


@value
class TopicGap:
    """The latest contacts of a topic, and those whom automation answered without helping."""

    topic: str
    contacts: int
    not_helped: int
    last_at: datetime


@value
class SearchGap:
    """Words that were searched for in vain; `by_agents` of the searches were agents'."""

    topic: str | None
    words: str
    searches: int
    by_agents: int
    first_at: datetime
    last_at: datetime


async def searched(session: AsyncSession, workspace: str, topic: str, words: str, asker: str | None) -> None:
    """Counts a search that found nothing. `asker` is the fingerprint of the customer; None for an agent."""
    await session.execute(
        SEARCHED,
        {
            "workspace": workspace,
            "topic": topic,
            "words": words,
            "by_agents": int(asker is None),
            "askers": [asker] if asker else [],
            "most": MOST_KEPT,
            "several": SEVERAL,
        },
    )


async def let_go(session: AsyncSession, workspace: str, askers: Sequence[str]) -> None:
    """Takes customers from those who searched; words that nobody else has searched for go."""
    for statement in (LET_GO, NOBODYS):
        await session.execute(statement, {"workspace": workspace, "askers": askers})


async def searches(session: AsyncSession, workspace: str, since: datetime) -> Sequence[SearchGap]:
    """Returns what was searched for in vain since then, most often first: what agents, or several customers asked."""
    given = {"workspace": workspace, "since": since, "several": SEVERAL, "limit": MOST_SHOWN}
    rows = await session.execute(SHOWN, given)
    return [SearchGap(row.topic or None, *row[1:]) for row in rows]


async def topics(session: AsyncSession, workspace: str, since: datetime) -> Sequence[TopicGap]:
    """Returns the topics of the latest contacts since then, of those that automation may answer."""
    given = {"workspace": workspace, "since": first_contact(since), "most": MOST_CONTACTS}
    return [TopicGap(*row) for row in await session.execute(OF_TOPICS, given)]


async def forget(database: Database, now: datetime | None = None) -> None:
    """Removes what nobody has searched for in a long time."""
    async with database.transaction() as session:
        await session.execute(FORGET, {"before": (now or utc_now()) - KEPT})
