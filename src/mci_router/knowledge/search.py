"""Search: written answers by full text, and by trigrams where a word is misspelt; in the reader's language first.

With a sentence encoder it finds them by meaning, too, and fuses the ranks.
It reads the index alone, so that tens of thousands of answers cost a few milliseconds; each statement looks at a
bounded number of them.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.knowledge.fusion import fused
from mci_router.knowledge.nearest import Nearest
from mci_router.knowledge.query import all_of, any_of, dictionaries, words_of
from mci_router.knowledge.visible import MAY, SHOWN
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, Audience

log = logging.getLogger(__name__)

MOST_FOUND = 20
MOST_RANKED = 1_000  # matches that are compared; a word that more have says little
MOST_NEAR = 20  # answers that mean what a customer said
MOST_SIMILAR = 50  # titles that are similar to one word
MISSPELT = 4  # words of at least so many letters may be
MOST_MISSPELT = 4

_OURS = "e.workspace_id = $1"
# The index of words has the workspace, too: another index would only read all of its answers in addition.
_IN_WORDS = "(e.workspace_id || '') = $1"
_ORDER = """ORDER BY (e.language IS NOT DISTINCT FROM $4) DESC,
  rank * CASE WHEN e.topic = $5 THEN 2 ELSE 1 END DESC, e.kind, e.ref LIMIT $8"""


def _by_words(within: str) -> str:
    """Returns the statement with $9 the query and $10 its dictionaries."""
    return f"""
WITH asked AS MATERIALIZED (
  SELECT string_agg('(' || read::text || ')', ' | ')::tsquery AS words
  FROM (SELECT to_tsquery(CAST(dictionary AS regconfig), $9) AS read FROM unnest($10::text[]) AS dictionary) AS each
  WHERE numnode(read) > 0
), e AS MATERIALIZED (
  SELECT {SHOWN}, ts_rank(e.words, asked.words, 1) AS rank FROM asked, knowledge_entries e
  WHERE asked.words IS NOT NULL AND e.words @@ (CAST('''' || $1 || '''' AS tsquery) && asked.words)
    AND {within} AND {MAY}
  LIMIT {MOST_RANKED}
)
SELECT * FROM e {_ORDER}
"""  # noqa: S608 — columns and numbers of this file


def _looked_up(where: str) -> str:
    """Returns the statement for answers that are not compared with words."""
    return f"""
SELECT * FROM (SELECT {SHOWN}, 0.0 AS rank FROM knowledge_entries e WHERE {_OURS} AND {where} AND {MAY}) AS e {_ORDER}
"""  # noqa: S608 — as above


BY_WORDS, BY_WORDS_OF_TOPIC = _by_words(_IN_WORDS), _by_words(f"{_OURS} AND e.topic = $5")
# $9 words
BY_TRIGRAMS = f"""
WITH e AS MATERIALIZED (
  SELECT {SHOWN}, sum(similar_to) AS rank FROM unnest($9::text[]) AS word, LATERAL (
    SELECT e.*, word_similarity(word, e.title) AS similar_to FROM knowledge_entries e
    WHERE e.title %> word AND {_IN_WORDS} AND {MAY} LIMIT {MOST_SIMILAR}) AS e
  GROUP BY {SHOWN}
)
SELECT * FROM e {_ORDER}
"""  # noqa: S608 — as above
OF_TOPIC, ONE = _looked_up("e.topic = $5"), _looked_up("e.ref = $9")
BY_SHORTCUT = _looked_up("e.kind = 'canned' AND e.shortcut = $9")
TRIGRAMS = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"


@value
class Asking:
    """Who searches, and for whom: `readers` is what they may read; `languages`, that of the customer first.

    Canned answers for another topic or queue than these are not found.
    """

    workspace: str
    readers: Audience
    languages: Sequence[str | None] = ()
    topic: str | None = None
    queue: str | None = None
    kinds: Sequence[AnswerKind] = tuple(AnswerKind)

    def arguments(self) -> list[object]:
        """Returns what every statement of this file is given."""
        audiences = [one.value for one in Audience if self.readers.includes(one)]
        language = self.languages[0] if self.languages else None
        kinds = [kind.value for kind in self.kinds]
        return [self.workspace, audiences, utc_now(), language, self.topic, self.queue, kinds]


@value
class Answer:
    """A written answer that was found; `ref` is an article's or canned answer's name, or a post's id."""

    kind: AnswerKind
    ref: str
    title: str
    body: str
    language: str | None
    topic: str | None
    audience: Audience
    shortcut: str | None

    @classmethod
    def of(cls, row: Any) -> "Answer":
        own = {name: row[name] for name in ("ref", "title", "body", "language", "topic", "shortcut")}
        return cls(kind=AnswerKind(row["kind"]), audience=Audience(row["audience"]), **own)


class Search:
    """Searches the written answers of a workspace."""

    def __init__(self, database: Database, nearest: Nearest | None = None) -> None:
        self._database = database
        self._nearest = nearest
        self._trigrams: bool | None = None

    async def find(self, asking: Asking, asked: str, limit: int = 10) -> list[Answer]:
        """Returns the answers with all words that were asked for, then those with some, then those whose titles are
        similar; in between those that mean it. Raises DatabaseUnavailable.
        """
        words = words_of(asked)
        if not words:
            return []
        found, near = await asyncio.gather(self._in_words(asking, words, limit), self._near(asking, asked, limit))
        return _fused(found, near)[:limit]

    async def _in_words(self, asking: Asking, words: Sequence[str], limit: int) -> list[Answer]:
        found = await self._by_words(asking, all_of(words), limit)
        if len(found) < limit and len(words) > 1:
            found = _joined(found, await self._by_words(asking, any_of(words), limit), limit)
        if len(found) < limit and await self.trigrams():
            found = _joined(found, await self._similar(asking, words, limit), limit)
        return found

    async def suggest(self, asking: Asking, said: str, limit: int = 5) -> list[Answer]:
        """Returns the answers of the topic that fit what a customer said, then those of other topics that do, then the
        rest of the topic. Raises DatabaseUnavailable.
        """
        words, found = words_of(said), list[Answer]()
        near = await self._near(asking, said, MOST_NEAR) if words else []
        if asking.topic and words:
            of_topic = await self._by_words(asking, any_of(words), limit, everywhere=False)
            found = _fused(of_topic, [one for one in near if one.topic == asking.topic])[:limit]
        if len(found) < limit and words:
            found = _joined(found, _fused(await self._by_words(asking, any_of(words), limit), near), limit)
        if len(found) < limit and asking.topic:
            found = _joined(found, await self._read(OF_TOPIC, *asking.arguments(), limit), limit)
        return found

    async def one(self, asking: Asking, ref: str) -> Answer | None:
        """Returns the answer of a name or id; None if there is none now, or it is not for these readers."""
        found = await self._read(ONE, *asking.arguments(), 1, ref)
        return found[0] if found else None

    async def canned(self, asking: Asking, shortcut: str) -> Answer | None:
        """Returns the canned answer of a shortcut that fits best; None if there is none."""
        found = await self._read(BY_SHORTCUT, *asking.arguments(), 1, shortcut)
        return found[0] if found else None

    async def trigrams(self) -> bool:
        """Returns whether the ledger knows similar words; looked up once a process."""
        if self._trigrams is None:
            (has,) = await self._database.look(TRIGRAMS)
            self._trigrams = bool(has)
            if not has:
                log.warning("pg_trgm is not installed in the ledger: searches find no words with typing errors")
        return self._trigrams

    async def _by_words(self, asking: Asking, query: str, limit: int, *, everywhere: bool = True) -> list[Answer]:
        statement = BY_WORDS if everywhere else BY_WORDS_OF_TOPIC
        return await self._read(statement, *asking.arguments(), limit, query, dictionaries(asking.languages))

    async def _near(self, asking: Asking, asked: str, limit: int) -> list[Answer]:
        rows = await self._nearest.find(asking.arguments(), asked, limit) if self._nearest else ()
        return [Answer.of(row) for row in rows]

    async def _similar(self, asking: Asking, words: Sequence[str], limit: int) -> list[Answer]:
        long = sorted((word for word in words if len(word) >= MISSPELT), key=len, reverse=True)[:MOST_MISSPELT]
        return await self._read(BY_TRIGRAMS, *asking.arguments(), limit, long) if long else []

    async def _read(self, query: str, *arguments: object) -> list[Answer]:
        return [Answer.of(row) for row in await self._database.read(query, *arguments)]


def _fused(by_words: list[Answer], by_meaning: list[Answer]) -> list[Answer]:
    known = {(one.kind, one.ref): one for one in (*by_meaning, *by_words)}
    order = fused(*([(one.kind, one.ref) for one in found] for found in (by_words, by_meaning)))
    return [known[key] for key in order]


def _joined(first: list[Answer], then: list[Answer], most: int) -> list[Answer]:
    """Returns the first ones, and of the others those that are not among them."""
    known = {(one.kind, one.ref) for one in first}
    return [*first, *(one for one in then if (one.kind, one.ref) not in known)][:most]
