"""Self-service automation: the best article of a contact's topic. Pure."""

import re
from collections.abc import Iterable

from mci_router.specs import ArticleSpec

DEFAULT_LANGUAGE = "en"
_WORD = re.compile(r"\w{3,}")


def best_article(articles: Iterable[ArticleSpec], text: str, language: str | None) -> ArticleSpec | None:
    """The article in the customer's language that shares most words with the text; titles count twice. None if there is none."""
    said = set(_WORD.findall(text.lower()))

    def fit(article: ArticleSpec) -> tuple[bool, float, str]:
        title, body = set(_WORD.findall(article.title.lower())), set(_WORD.findall(article.body.lower()))
        shared = 2 * len(said & title) + len(said & body)
        spoken = article.language == (language or DEFAULT_LANGUAGE)
        return spoken, shared / (1 + len(body) ** 0.5), article.name

    return max(articles, key=fit, default=None)
