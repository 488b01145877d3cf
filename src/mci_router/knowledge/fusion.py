"""Fusion: several lists of what was found, each best first, as one list. Pure.

By reciprocal rank (Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009): only ranks count, so that measures of different kinds need no common scale.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

RANK_CONSTANT = 60
"""The k of the paper: how little the first ranks stand out."""

Found = TypeVar("Found", bound=Hashable)


def fused(*lists: Sequence[Found]) -> list[Found]:
    """Returns what is in any of the lists, best first: each list adds 1 / (60 + rank). What is equal keeps the order
    of the lists, in which it first came.
    """
    scores: Counter[Found] = Counter()
    for each in lists:
        for rank, one in enumerate(dict.fromkeys(each), 1):
            scores[one] += 1 / (RANK_CONSTANT + rank)  # type: ignore[assignment]
    return sorted(scores, key=lambda one: -scores[one])


def by_score(scores: Iterable[tuple[Found, float]]) -> list[Found]:
    """Returns those with a score above nothing, best first; what is equal keeps its order."""
    return [one for one, score in sorted(scores, key=lambda pair: -pair[1]) if score > 0]
