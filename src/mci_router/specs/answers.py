"""Articles that answer a topic, with their words split once. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mci_router.specs.resources import ArticleSpec

DEFAULT_LANGUAGE = "en"
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article, and the words of its title and body."""

    article: ArticleSpec
    title: frozenset[str]
    body: frozenset[str]

    def fit(self, said: frozenset[str]) -> float:
        """Returns how well it fits what was said: shared words, titles counting twice, over the root of the body's
        length.
        """
        shared = 2 * len(said & self.title) + len(said & self.body)
        return shared / (1 + math.sqrt(len(self.body)))


def words_of(text: str) -> frozenset[str]:
    """Returns the words of three letters or more."""
    return frozenset(_WORD.findall(text.lower()))


def by_topic(articles: Iterable[ArticleSpec]) -> Mapping[str, tuple[IndexedArticle, ...]]:
    """Returns the articles of each topic, in the order of their names."""
    indexed: dict[str, list[IndexedArticle]] = {}
    for article in sorted(articles, key=lambda article: article.name):
        indexed.setdefault(article.topic, []).append(
            IndexedArticle(article, words_of(article.title), words_of(article.body))
        )
    return {topic: tuple(answers) for topic, answers in indexed.items()}


def best(answers: tuple[IndexedArticle, ...], text: str, language: str | None) -> ArticleSpec | None:
    """Returns the article in the customer's language that shares most words with the text; None if there is none."""
    spoken = tuple(one for one in answers if one.article.language == (language or DEFAULT_LANGUAGE)) or answers
    if len(spoken) < 2:
        return spoken[0].article if spoken else None  # nothing to choose: the text need not be split
    said = words_of(text)
    return max(spoken, key=lambda one: (one.fit(said), one.article.name)).article
