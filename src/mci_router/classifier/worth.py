"""What a guess is worth for what comes: how often such guesses are right where the wording is new, and where strangers write. Pure.

A model's own probabilities hold for texts like its examples. What people write is less like them, and some of it is about something else.
So guesses are judged once more, by models that have seen nothing worded like the text, with the sentences of other trades among them as
guesses that are wrong whatever they are. Signs of each guess are weighed into one; along that one, the share that is right is told band by
band (isotonic regression), not as the share above a threshold: a good top does not lend its name to what is below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

STRANGERS = 0.2  # of all that comes
FEWEST = 10  # guesses on a workspace's own texts, below which they say nothing
SHARPEST = 1e-6  # a probability is never nearer to 0 or 1


@dataclass(frozen=True, slots=True)
class Worth:
    """Weighs the signs of a guess, and reads what the sum is worth from a curve: `sums` rising, and the share that is right at each.

    Untried, with an empty curve, a guess is worth its own probability.
    """

    weights: tuple[float, ...] = ()
    bias: float = 0.0
    sums: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()

    def of(self, probabilities: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of guesses with these probabilities and signs (a row each)."""
        if not self.sums:
            return probabilities
        known = len(self.weights)
        return np.asarray(np.interp(signs[:, :known] @ np.array(self.weights) + self.bias, self.sums, self.shares), dtype=np.float64)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"weights": list(self.weights), "bias": self.bias, "sums": list(self.sums), "shares": list(self.shares)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Worth":
        """The inverse of `as_data`. Raises KeyError where something is missing."""
        weights, sums, shares = (tuple(float(value) for value in data[name]) for name in ("weights", "sums", "shares"))
        return Worth(weights, float(data["bias"]), sums, shares)


UNTRIED_WORTH = Worth()


def signs_of_guesses(
    shares: NDArray[np.float64], views: Sequence[NDArray[np.float64]], words: NDArray[np.float64], familiar: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Guesses × signs: its log-odds; how well the topic fits, and how much better than the next; how well none of these fits; how familiar
    the text's words are; and whether whole words and letters, each by themselves, say the same topic; and meaning, where it is asked.

    `shares` are the probabilities of each topic; `views` are scores whose last column is none of these, and of the first of them `words` is
    the part of whole words.
    """
    guess, sure = shares.argmax(axis=1), np.clip(shares.max(axis=1), SHARPEST, 1 - SHARPEST)
    fits, foreign = views[0][:, :-1], views[0][:, -1]
    accord = np.minimum(_lead(words[:, :-1], guess), _lead((views[0] - words)[:, :-1], guess))
    meaning = [_lead(view[:, :-1], guess) for view in views[1:]]
    return np.column_stack([np.log(sure / (1 - sure)), _at(fits, guess), _lead(fits, guess), foreign, familiar, accord, *meaning])


def _at(scores: NDArray[np.float64], guess: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(scores[np.arange(len(guess)), guess])


def _lead(scores: NDArray[np.float64], guess: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much better the guess fits than the best of the others; below 0 where another fits better."""
    others = scores.copy()
    others[np.arange(len(guess)), guess] = -np.inf
    return np.asarray(_at(scores, guess) - others.max(axis=1))


def best_worth(signs: NDArray[np.float64], right: NDArray[np.bool_], strange: NDArray[np.bool_]) -> Worth:
    """What guesses of these signs are worth, by which of them were right; `strange` says which are of strangers."""
    if (~strange).sum() < FEWEST or right.all() or not right.any():
        return UNTRIED_WORTH
    from sklearn.linear_model import LogisticRegression  # a second to import, which only those who train should wait for

    counts = mixed(strange)
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    model = LogisticRegression().fit((signs - middle) / spread, right, sample_weight=counts)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - middle @ weights)
    sums, shares = _curve(signs @ weights + bias, right, counts)
    return Worth(tuple(float(weight) for weight in weights), bias, sums, shares)


def mixed(strange: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much each guess counts, so that strangers are the share of all that they are of what comes."""
    each = STRANGERS / (1 - STRANGERS) * (~strange).sum() / max(1, strange.sum())
    return np.where(strange, each, 1.0)


def _curve(sums: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The share that is right, rising with the sum: the mean of what pools of neighbours tell, and of what the logistic model expects.

    Pools alone would put a bar wherever a few guesses happened to be wrong; the model alone would not notice where it is wrong itself.
    """
    order = np.argsort(sums, kind="stable")
    pools: list[tuple[float, float, float]] = []  # right, all, sum × all
    for place in order:
        pools.append((counts[place] * right[place], counts[place], counts[place] * sums[place]))
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            (a, b, c), (d, e, f) = pools.pop(), pools.pop()
            pools.append((a + d, b + e, c + f))
    middles = np.array([weighted / size for _, size, weighted in pools])
    pooled = np.maximum.accumulate([(hits + 1) / (size + 2) for hits, size, _ in pools])  # the rule of succession
    shares = (pooled + 1 / (1 + np.exp(-middles))) / 2
    return tuple(middles.tolist()), tuple(shares.tolist())
