"""Shelves: the articles among which automation chooses, as runs of letters, so that a text can be held against them.

Runs of three letters find a word also where it is inflected, or has a typing error. They are weighed by their rarity on
the shelf: what all its articles have says nothing. Pure.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mci_router.patterns import lazy_pattern

LONGEST = 2_000  # characters of a text that are read: a contact says at its beginning what it is about
RUN = 3
IN_TITLE = 2.0  # how much more a run counts that is in the title
MOST_REMEMBERED, LONGEST_REMEMBERED = 20_000, 24  # words that come again and again, and their characters

_words = lazy_pattern(r"\w+")


def runs_of(text: str) -> frozenset[str]:
    """Returns the runs of three letters of a text's words; the blanks around a word count."""
    words = set(_words.findall(text[:LONGEST].lower()))
    return frozenset(
        run for word in words for run in (_remembered(word) if len(word) <= LONGEST_REMEMBERED else _runs(word))
    )


def _runs(word: str) -> tuple[str, ...]:
    padded = f"  {word} "
    return tuple(padded[at : at + RUN] for at in range(len(padded) - RUN + 1))


_remembered = lru_cache(MOST_REMEMBERED)(_runs)


class Shelf:
    """Articles' titles and bodies, which texts are compared with."""

    def __init__(self, articles: Sequence[tuple[str, str]]) -> None:
        """Takes titles with their bodies."""
        self._size = len(articles)
        titles = [runs_of(title) for title, _ in articles]
        runs = [of_title | runs_of(body) for of_title, (_, body) in zip(titles, articles, strict=True)]
        counts = Counter(run for each in runs for run in each)
        self._weights = {
            run: math.log((1 + self._size) / (1 + count)) ** 2 for run, count in counts.items() if count < self._size
        }
        lengths = [math.sqrt(sum(self._weights.get(run, 0) for run in each)) or 1.0 for each in runs]
        self._places: dict[str, NDArray[np.intp]] = {}
        self._shares: dict[str, NDArray[np.float64]] = {}
        for run, weight in self._weights.items():
            places = [place for place, each in enumerate(runs) if run in each]
            self._places[run] = np.array(places, dtype=np.intp)
            self._shares[run] = np.array(
                [weight * (IN_TITLE if run in titles[place] else 1) / lengths[place] for place in places]
            )

    def nearness(self, said: str) -> list[float]:
        """Returns how near each article is to a text, in their order: the cosine, more where the title has it too."""
        known = [run for run in runs_of(said) if run in self._weights]
        if not known:
            return [0.0] * self._size
        places = np.concatenate([self._places[run] for run in known])
        shares = np.concatenate([self._shares[run] for run in known])
        length = math.sqrt(sum(self._weights[run] for run in known))
        near: list[float] = (np.bincount(places, shares, self._size) / length).tolist()
        return near
