"""Search: public articles and answered posts by the words of a question, best first."""

import re
from collections.abc import Iterator, Sequence

from mci_router.classifier.stop_words import stop_words
from mci_router.clock import utc_now
from mci_router.knowledge.search import Answer, Asking, Search
from mci_router.specs.answers import valid
from mci_router.specs.articles import ArticleSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.storable import storable
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, Audience

LONGEST_QUERY = 200  # characters
MOST_WORDS = 12
MOST_FOUND = 50
SNIPPET = 180  # characters
WORD = re.compile(r"\w{2,40}")
LONG_ENOUGH = 4  # letters of a word whose longer forms are marked, too


@value
class Piece:
    """A piece of a snippet; `marked`: it is a word of the question."""

    text: str
    marked: bool


@value
class Found:
    """Something that may answer a question. `name` is an article's name or a post's id."""

    kind: AnswerKind
    name: str
    title: str
    language: str | None
    snippet: Sequence[Piece]


def asked(query: str) -> list[str]:
    """Returns the words of a question that say what it is about, in lower case, each once."""
    words = list(dict.fromkeys(WORD.findall(storable(query[:LONGEST_QUERY]).casefold())))[: 2 * MOST_WORDS]
    stop = stop_words([query[:LONGEST_QUERY]])
    return ([word for word in words if word not in stop] or words)[:MOST_WORDS]


async def search(answers: Search, snapshot: Snapshot, words: Sequence[str], language: str) -> list[Found]:
    """Returns what anybody may read of what is found, articles first, those in the language before others.

    Raises DatabaseUnavailable.
    """
    found: list[Answer] = []
    for kind in (AnswerKind.ARTICLE, AnswerKind.POST):
        languages = (language, *snapshot.languages_written)
        asking = Asking(snapshot.workspace_id, Audience.PUBLIC, languages, kinds=(kind,))
        some = await answers.find(asking, " ".join(words), MOST_FOUND) if len(found) < MOST_FOUND else []
        found += sorted(some, key=lambda one: one.language != language)
    return [_shown(one, words) for one in found[:MOST_FOUND]]


def public_articles(snapshot: Snapshot) -> Iterator[ArticleSpec]:
    """Yields the articles that anybody may read now."""
    now = utc_now().timestamp()
    for answers in snapshot.answers.values():
        for one in valid(answers, now, Audience.PUBLIC):
            yield one.article


def _shown(one: Answer, words: Sequence[str]) -> Found:
    language = one.language if one.kind is AnswerKind.ARTICLE else None
    return Found(one.kind, one.ref, one.title, language, snippet(one.body, words))


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
