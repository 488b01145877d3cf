"""Articles that answer a topic, with their words split once. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import ArticleState, Audience

DEFAULT_LANGUAGE = "en"
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class IndexedArticle:
    """An article, and the words of its title and body, which are split when they are first asked for.

    It is valid from `since` until `until`, in seconds since 1970: two comparisons an article, while a customer waits.
    """

    article: ArticleSpec
    since: float
    until: float

    @classmethod
    def of(cls, article: ArticleSpec) -> "IndexedArticle":
        return cls(article, _seconds(article.valid_from, -math.inf), _seconds(article.valid_until, math.inf))

    @property
    def limited(self) -> bool:
        """Whether there are readers or times for which it is not."""
        return self.article.audience is not Audience.PUBLIC or self.until < math.inf or self.since > -math.inf

    @cached_property
    def title(self) -> frozenset[str]:
        """The words of its title."""
        return words_of(self.article.title)

    @cached_property
    def body(self) -> frozenset[str]:
        """The words of its body."""
        return words_of(self.article.body)

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
    """Returns the articles that customers may be answered with, by topic, in the order of their names: no drafts, and
    none for agents.
    """
    indexed: dict[str, list[IndexedArticle]] = {}
    for article in sorted(articles, key=lambda article: article.name):
        if article.state is ArticleState.PUBLISHED and article.audience is not Audience.AGENTS:
            indexed.setdefault(article.topic, []).append(IndexedArticle.of(article))
    return {topic: tuple(answers) for topic, answers in indexed.items()}


def valid(
    answers: tuple[IndexedArticle, ...], at: float, reader: Audience = Audience.CUSTOMERS
) -> tuple[IndexedArticle, ...]:
    """Returns those that are valid at a time, in seconds since 1970, and that the reader may read."""
    public = reader is Audience.PUBLIC
    return tuple(
        one
        for one in answers
        if one.since <= at < one.until and not (public and one.article.audience is not Audience.PUBLIC)
    )


def best(answers: tuple[IndexedArticle, ...], text: str, language: str | None) -> ArticleSpec | None:
    """Returns the article in the customer's language that shares most words with the text; None if there is none."""
    spoken = tuple(one for one in answers if one.article.language == (language or DEFAULT_LANGUAGE)) or answers
    if len(spoken) < 2:
        return spoken[0].article if spoken else None  # nothing to choose: the text need not be split
    said = words_of(text)
    return max(spoken, key=lambda one: (one.fit(said), one.article.name)).article


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return otherwise if moment is None else moment.timestamp()
