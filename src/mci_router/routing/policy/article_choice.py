"""The choice of the article with which automation answers: the best of its topic, and how surely it is. Pure.

The articles are ranked by letters and, where the text and all of them have vectors, by meaning; the ranks are fused.
How surely the first is the right one follows from how far it stands out (measured in docs/explanation/answers.md).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from mci_router.knowledge.fusion import by_score, fused
from mci_router.routing.policy.routes import ArticleChoice, Facts
from mci_router.specs.answers import IndexedArticle, spoken
from mci_router.specs.articles import ArticleSpec
from mci_router.specs.snapshot import Snapshot

BY_LETTERS = 12.0
BY_LETTERS_AND_MEANING = (4.0, 20.0)
"""How much a nearness says: found on Banking77, so that of the articles with a fit of 0.8 four in five are right."""


def choose_article(snapshot: Snapshot, topic: str | None, facts: Facts, now: datetime) -> ArticleChoice | None:
    """Returns the article that answers a contact best; None if its topic has none that it may read now."""
    answers = snapshot.valid_answers(topic, now, facts.readers)
    if not answers:
        return None
    able = spoken(answers, facts.language)
    best, fit = _best(snapshot, topic or "", able, facts) if len(able) > 1 else (able[0].article, 1.0)
    foreign = facts.language is not None and best.language != facts.language
    return ArticleChoice(best, snapshot.article_versions.get(best.name), fit, len(able), foreign)


def _best(snapshot: Snapshot, topic: str, able: Sequence[IndexedArticle], facts: Facts) -> tuple[ArticleSpec, float]:
    by_letters = snapshot.nearness(topic, tuple(able), facts.text)
    letters = [by_letters[one.name] for one in able]
    meaning = _known(able, facts.nearness)
    places = range(len(able))
    # where two ranks are a tie, meaning is right more often
    ranked = fused(by_score(zip(places, meaning, strict=True)), by_score(zip(places, letters, strict=True)))
    if not ranked:
        return able[0].article, 0.0  # the text has nothing of any of them
    return able[ranked[0]].article, shares_of(letters, meaning if any(meaning) else None)[ranked[0]]


def _known(able: Sequence[IndexedArticle], nearness: Mapping[str, float]) -> list[float]:
    """Returns the nearness of all of them by meaning; of none where one lacks it, which could not be compared."""
    return (
        [nearness.get(one.name, 0.0) for one in able]
        if all(one.name in nearness for one in able)
        else [0.0] * len(able)
    )


def shares_of(letters: Sequence[float], meaning: Sequence[float] | None) -> list[float]:
    """Returns how likely each article is the right one of them, by how near it is; together they are 1."""
    if meaning is None:
        evidence = BY_LETTERS * np.asarray(letters)
    else:
        evidence = BY_LETTERS_AND_MEANING[0] * np.asarray(letters) + BY_LETTERS_AND_MEANING[1] * np.asarray(meaning)
    weights = np.exp(evidence - evidence.max())
    shares: list[float] = (weights / weights.sum()).tolist()
    return shares
