"""A model's guess at a text's topic. Pure."""

from collections.abc import Collection
from dataclasses import field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value

MOST_SELECTIONS = 64  # sets of topics whose columns a model remembers: a workspace asks for a few


class Topics(tuple[str, ...]):
    """The topics of a model, in its order; the columns of each selection are worked out once."""

    def columns(self, some: Collection[str]) -> NDArray[np.intp]:
        """Returns the columns of those among `some` that the model knows."""
        known = self._columns.get(key := frozenset(some))
        if known is None:
            if len(self._columns) >= MOST_SELECTIONS:
                self._columns.clear()
            known = self._columns[key] = np.array(
                [column for column, topic in enumerate(self) if topic in key], dtype=np.intp
            )
        return known

    @cached_property
    def _columns(self) -> dict[frozenset[str], NDArray[np.intp]]:
        return {}


@value
class Guess:
    """The likeliest topic and the probability that it is right; `ranked` has the likeliest three.

    `topic` is None where the text is about no topic; `ranked` then still has the likeliest, and `confidence` is that of
    the first. `shares` are the probabilities of all `topics`; the rest up to 1 is none of these. All these are valid
    for texts like the examples. `foreseen` is how often such guesses are right for contacts to come, where that is
    known. `terse` means that the text has too few words that say what it is about to act on it.
    `vector` is what the model's sentence encoder gives to the text, if it has one.
    """

    topic: str | None
    confidence: float
    ranked: tuple[tuple[str, float], ...] = ()
    shares: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    topics: Topics = field(default=Topics(), compare=False, repr=False)
    foreseen: float | None = None
    terse: bool = False
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    @property
    def worth(self) -> float:
        """How sure the guess is for contacts to come; untried, its own confidence."""
        return self.confidence if self.foreseen is None else self.foreseen

    def probability_of(self, topics: Collection[str]) -> float:
        """Returns the probability that the text is about one of these topics; unknown topics have none."""
        if self.shares is None:
            return 0.0
        return float(self.shares[self.topics.columns(topics)].sum())


NO_GUESS = Guess(None, 0.0)
