"""Search: public articles and answered posts by the words of a question, best first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mci_router.classifier.stop_words import stop_words
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.specs.answers import IndexedArticle, valid
from mci_router.specs.articles import ArticleSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.storable import storable
from mci_router.vocabulary import ArticleState, Audience

LONGEST_QUERY = 200  # characters
MOST_WORDS = 12
MOST_FOUND = 50
SNIPPET = 180  # characters
WORD = re.compile(r"\w{2,40}")
LONG_ENOUGH = 4  # letters of a word whose longer forms count, too

TITLE, TITLE_BEGINS, BODY, BODY_BEGINS = 6, 4, 2, 1
"""What a word of the question is worth, where it stands or only begins a word."""

POSTS = """
SELECT p.id, p.title, p.body FROM posts p
WHERE p.workspace_id = $1 AND p.status = 'answered' AND NOT p.hidden
  AND to_tsvector('simple', p.title || ' ' || p.body) @@ to_tsquery('simple', $2)
  AND EXISTS (SELECT FROM replies r WHERE r.workspace_id = p.workspace_id AND r.post_id = p.id
    AND r.accepted AND NOT r.hidden)
ORDER BY ts_rank(to_tsvector('simple', p.title || ' ' || p.body), to_tsquery('simple', $2)) DESC, p.id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet; `marked`: it is a word of the question."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may answer a question. `name` is an article's name or a post's id."""

    kind: Literal["article", "post"]
    name: str
    title: str
    language: str | None
    snippet: Sequence[Piece]


def asked(query: str) -> list[str]:
    """Returns the words of a question that say what it is about, in lower case, each once."""
    words = list(dict.fromkeys(WORD.findall(storable(query[:LONGEST_QUERY]).casefold())))[: 2 * MOST_WORDS]
    stop = stop_words([query[:LONGEST_QUERY]])
    return ([word for word in words if word not in stop] or words)[:MOST_WORDS]


async def search(database: Database, snapshot: Snapshot, words: Sequence[str], language: str) -> list[Found]:
    """Returns what is found, articles first, those in the language before others. Raises DatabaseUnavailable."""
    if not words:
        return []
    query = " | ".join(f"{word}:*" if len(word) >= LONG_ENOUGH else word for word in words)
    posts = await database.read(POSTS, snapshot.workspace_id, query, MOST_FOUND)
    return [
        *found_articles(list(public_articles(snapshot)), words, language),
        *(Found("post", row["id"], row["title"], None, snippet(row["body"], words)) for row in posts),
    ][:MOST_FOUND]


def public_articles(snapshot: Snapshot) -> Iterator[ArticleSpec]:
    """Yields the articles that anybody may read now."""
    published = (one for one in snapshot.articles.values() if one.state is ArticleState.PUBLISHED)
    for one in valid(tuple(map(IndexedArticle.of, published)), utc_now().timestamp(), Audience.PUBLIC):
        yield one.article


def found_articles(articles: Sequence[ArticleSpec], words: Sequence[str], language: str) -> list[Found]:
    """Returns the articles that have words of the question, those with most of them first. Pure."""
    scored = [(_score(article, words), article) for article in articles]
    ranked = sorted(
        ((score, article) for score, article in scored if score > (0, 0)),
        key=lambda one: (one[1].language != language, -one[0][0], -one[0][1], one[1].name),
    )
    return [
        Found("article", article.name, article.title, article.language, snippet(article.body, words))
        for _, article in ranked
    ]


def _score(article: ArticleSpec, words: Sequence[str]) -> tuple[int, int]:
    """Returns how many of the words an article has, and how much they are worth where they stand."""
    title, body = set(WORD.findall(article.title.casefold())), set(WORD.findall(article.body.casefold()))
    worth = [_worth(word, title, body) for word in words]
    return sum(map(bool, worth)), sum(worth)


def _worth(word: str, title: set[str], body: set[str]) -> int:
    if word in title:
        return TITLE
    if len(word) >= LONG_ENOUGH and any(one.startswith(word) for one in title):
        return TITLE_BEGINS
    if word in body:
        return BODY
    return BODY_BEGINS if len(word) >= LONG_ENOUGH and any(one.startswith(word) for one in body) else 0


def snippet(text: str, words: Sequence[str]) -> list[Piece]:
    """Returns the part of a text that has the words, with these marked. Pure."""
    plain = " ".join(text.split())
    pattern = re.compile(
        r"\b(?:"
        + "|".join(
            f"{re.escape(word)}{chr(92)}w*" if len(word) >= LONG_ENOUGH else f"{re.escape(word)}\\b" for word in words
        )
        + ")",
        re.I,
    )
    first = pattern.search(plain)
    begin = max(0, first.start() - SNIPPET // 3) if first else 0
    begin = plain.rfind(" ", 0, begin) + 1 if begin else 0
    cut = plain[begin : begin + SNIPPET]
    if begin + SNIPPET < len(plain):
        cut = cut[: cut.rfind(" ")] if " " in cut else cut
    shown = ("… " if begin else "") + cut + (" …" if begin + SNIPPET < len(plain) else "")
    return list(_pieces(shown, pattern))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()], marked=False)
        yield Piece(match.group(), marked=True)
        at = match.end()
    if at < len(text):
        yield Piece(text[at:], marked=False)
