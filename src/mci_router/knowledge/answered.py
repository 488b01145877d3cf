"""Answered posts that are like a contact, found within a deadline: nobody waits longer, whatever the ledger does.

A search has connections of its own, a few, and the ledger gives up on it at the deadline, too. One that was late is
followed by a pause, so that a slow ledger is not asked by each contact; a workspace in which nothing is answered yet is
asked once a second.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from mci_router.database import Database, Lane
from mci_router.database_errors import Raced, Refused
from mci_router.errors import DatabaseUnavailable
from mci_router.knowledge.query import LONGEST
from mci_router.knowledge.quorum import at_least
from mci_router.knowledge.stems import stems_of
from mci_router.lanes import LedgerLanes
from mci_router.specs.answered import FEWEST_SHARED, FROM, MOST_SHOWN, AnsweredPost, alike
from mci_router.specs.answers import DEFAULT_LANGUAGE
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, Audience

log = logging.getLogger(__name__)

CONNECTIONS = 2
MOST_AT_ONCE = 8  # of a process: those that have no connection in time go without
PAUSE_S = 1.0  # after a search that was late
EMPTY_S = 1.0  # for which a workspace without answered posts is taken to have none
SAID_EVERY_S = 60.0
MOST_EMPTY = 10_000  # workspaces that are remembered
MOST_STEMS = 10  # the longest ones: short ones are in many texts
STRICT, LOOSE = 3, 2  # stems that a post must share, at most, to be compared: first the strict search, then the other
MOST_MATCHED, MOST_COMPARED = 100, 10  # ranked, which reads all words of a post; and compared by their questions

STEMS = """
SELECT tsvector_to_array(to_tsvector(CAST($1::jsonb ->> 'stems' AS regconfig), $1::jsonb ->> 'text')) AS stems
"""
FIND = f"""
WITH asked AS MATERIALIZED (
  SELECT $1::jsonb ->> 'workspace' AS workspace, $1::jsonb ->> 'topic' AS topic, $1::jsonb ->> 'language' AS language,
    CAST($1::jsonb ->> 'stems' AS regconfig) AS stems, CAST($1::jsonb ->> 'words' AS tsquery) AS words,
    CAST($1::jsonb ->> 'one_of' AS tsquery) AS one_of
), found AS MATERIALIZED (
  SELECT e.ref, e.title, e.body, e.words FROM asked a, knowledge_entries e
  WHERE e.words @@ (CAST('''' || a.workspace || '''' AS tsquery) && a.words)
    AND (e.workspace_id || '') = a.workspace AND e.kind = '{AnswerKind.POST}' AND e.audience = '{Audience.PUBLIC}'
    AND COALESCE(e.topic, a.topic, '') = COALESCE(a.topic, '')
    AND COALESCE(e.language, '{DEFAULT_LANGUAGE}') = a.language AND NOT $1::jsonb -> 'but' ? e.ref
  LIMIT {MOST_MATCHED}
), best AS MATERIALIZED (
  SELECT f.ref, f.title, f.body FROM found f, asked a ORDER BY ts_rank(f.words, a.one_of, 1) DESC, f.ref
  LIMIT {MOST_COMPARED}
)
SELECT b.ref, b.title, b.body, tsvector_to_array(to_tsvector(a.stems, p.title)) AS heading,
  tsvector_to_array(to_tsvector(a.stems, p.title || ' ' || p.body)) AS theirs
FROM asked a, best b JOIN posts p ON p.id = b.ref
WHERE p.workspace_id = a.workspace AND p.status = 'answered' AND NOT p.hidden
"""  # noqa: S608 — words and numbers of this file
ANY = f"""
SELECT EXISTS (SELECT FROM knowledge_entries
  WHERE workspace_id = $1::jsonb ->> 'workspace' AND kind = '{AnswerKind.POST}') AS any
"""  # noqa: S608 — as above


@value
class Question:
    """What is asked: the text that was judged, its language and topic, and the posts that are not wanted."""

    workspace: str
    text: str
    language: str | None
    topic: str | None
    but: Sequence[str] = ()


class AnsweredSearch:
    """Finds answered posts within `deadline_s`; with a deadline of 0 none are searched."""

    def __init__(self, database: Database, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._lanes = LedgerLanes(database, CONNECTIONS, statement_timeout_s=deadline_s)
        self._searches: set[asyncio.Task[tuple[AnsweredPost, ...] | None]] = set()
        self._empty: dict[str, float] = {}
        self._paused_until = 0.0
        self._said_at = -SAID_EVERY_S

    def worth_it(self, workspace: str) -> bool:
        """Returns whether a search may find something now."""
        if not self._deadline_s or len(self._searches) >= MOST_AT_ONCE:
            return False
        now = _now()
        return now >= self._paused_until and now >= self._empty.get(workspace, 0.0)

    async def find(self, question: Question) -> tuple[AnsweredPost, ...] | None:
        """Returns the answered posts that are alike, the one most alike first; None if they cannot be had in time."""
        if not self.worth_it(question.workspace):
            return None
        search = asyncio.create_task(self._search(question, _now() + self._deadline_s))
        self._searches.add(search)
        search.add_done_callback(self._searches.discard)
        done, _ = await asyncio.wait({search}, timeout=self._deadline_s)
        found = search.result() if done else None
        if found is None:
            self._pause()
        return found

    async def _search(self, question: Question, until: float) -> tuple[AnsweredPost, ...] | None:
        """Returns what is found; None where the ledger does not say. Nobody may be waiting for it any longer."""
        try:
            async with self._lanes.taken() as lane:
                return await self._found(lane, question) if _now() < until else None
        except (DatabaseUnavailable, Raced):
            return None
        except Refused as mistake:
            log.error("answered posts cannot be searched: %s", mistake)
            return None

    async def _found(self, lane: Lane, question: Question) -> tuple[AnsweredPost, ...]:
        asked: dict[str, Any] = {
            "workspace": question.workspace,
            "topic": question.topic,
            "language": question.language or DEFAULT_LANGUAGE,
            "stems": stems_of(question.language or DEFAULT_LANGUAGE),
            "text": question.text[:LONGEST],
            "but": list(question.but),
        }
        ours = frozenset((await lane.fetch(STEMS, asked))[0]["stems"])
        longest = sorted(ours, key=lambda stem: (-len(stem), stem))[:MOST_STEMS]
        found: list[AnsweredPost] = []
        for number in dict.fromkeys((min(STRICT, len(longest) // 2 + 1), LOOSE)):
            words = at_least(max(number, FEWEST_SHARED), longest)
            rows = await lane.fetch(FIND, asked | {"words": words, "one_of": at_least(1, longest)}) if words else []
            found = sorted((_post(row, ours) for row in rows), key=lambda post: (-post.confidence, post.id))
            if found and found[0].confidence >= FROM:
                break
        if not found and not (await lane.fetch(ANY, asked))[0]["any"]:
            self._note_empty(question.workspace)
        return tuple(post for post in found if post.confidence >= FROM)[:MOST_SHOWN]

    def _note_empty(self, workspace: str) -> None:
        if len(self._empty) >= MOST_EMPTY:
            self._empty.clear()
        self._empty[workspace] = _now() + EMPTY_S

    def _pause(self) -> None:
        now = _now()
        self._paused_until = now + PAUSE_S
        if now - self._said_at >= SAID_EVERY_S:
            self._said_at = now
            ms = round(self._deadline_s * 1000)
            log.warning("the search for answered posts took longer than %d ms: contacts go on without it", ms)


def _post(row: Any, ours: frozenset[str]) -> AnsweredPost:
    fit = max(alike(ours, frozenset(row["heading"])), alike(ours, frozenset(row["theirs"])))
    return AnsweredPost(row["ref"], row["title"], row["body"], round(fit, 4))


def _now() -> float:
    return asyncio.get_running_loop().time()
