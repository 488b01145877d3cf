"""Articles that answer a topic, with what choosing among them needs. Pure."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import ArticleState, Audience

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class IndexedArticle:
    """An article with which automation can answer.

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

    @property
    def name(self) -> str:
        return self.article.name

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of its text: what has the same one has the same vector."""
        return text_fingerprint(self.article.title, self.article.body)


def text_fingerprint(title: str, body: str) -> str:
    """Returns what tells texts apart, as PostgreSQL has it of the same title and body; no secret."""
    return hashlib.md5(f"{title}\n{body}".encode(), usedforsecurity=False).hexdigest()


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


def spoken(answers: tuple[IndexedArticle, ...], language: str | None) -> tuple[IndexedArticle, ...]:
    """Returns those in the customer's language, or in English where that is unknown; all of them if none is."""
    return tuple(one for one in answers if one.article.language == (language or DEFAULT_LANGUAGE)) or answers


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return otherwise if moment is None else moment.timestamp()
