"""The worth of a guess: how often such guesses are right for contacts to come, with new wording and strangers. Pure.

A model's own probabilities are valid for texts like its examples. What people write is less like them, and some of it
is about something else. So guesses are judged a second time, by models that have seen nothing worded like the text.
Sentences of other trades are among the texts: any guess on them is wrong. The signs of each guess are weighed into one
sum; the share of right guesses is measured band by band along that sum (isotonic regression), not as the share above a
threshold, so that good guesses at the top do not flatter those below.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value

STRANGERS = 0.2  # of all contacts to come
FEWEST = 10  # guesses on a workspace's own texts; fewer say nothing
SHARPEST = 1e-6  # a probability comes no nearer to 0 or 1


@value
class GuessWorth:
    """The worth of guesses: weights of their signs, and a curve that gives the worth of the weighed sum.

    `sums` rise; `shares` has the share of right guesses at each. Untried, with an empty curve, a guess is worth its own
    probability.
    """

    weights: tuple[float, ...] = ()
    bias: float = 0.0
    sums: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()

    def of(self, probabilities: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns what guesses are worth, by their probabilities and their signs (guesses × signs)."""
        if not self.sums:
            return probabilities
        known = len(self.weights)
        return np.asarray(
            np.interp(signs[:, :known] @ np.array(self.weights) + self.bias, self.sums, self.shares), dtype=np.float64
        )

    def as_data(self) -> dict[str, Any]:
        """Returns a form that JSON can take."""
        return {"weights": list(self.weights), "bias": self.bias, "sums": list(self.sums), "shares": list(self.shares)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "GuessWorth":
        """Returns the inverse of `as_data`. Raises KeyError where something is missing."""
        weights, sums, shares = (tuple(float(value) for value in data[name]) for name in ("weights", "sums", "shares"))
        return GuessWorth(weights, float(data["bias"]), sums, shares)


UNTRIED_WORTH = GuessWorth()


def signs_of_guesses(
    shares: NDArray[np.float64],
    views: Sequence[NDArray[np.float64]],
    words: NDArray[np.float64],
    familiar: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Returns guesses × signs.

    The signs are: the log-odds; how well the topic fits, and how much better than the next; how well none of these
    fits; how familiar the text's words are; whether whole words and letters, each alone, point to the same topic; and
    the same of meaning where there is an encoder.

    `shares` are the probabilities of each topic; `views` are scores whose last column is none of these. `words` is the
    part of the first view that whole words give.
    """
    guess, sure = shares.argmax(axis=1), np.clip(shares.max(axis=1), SHARPEST, 1 - SHARPEST)
    fits, foreign = views[0][:, :-1], views[0][:, -1]
    accord = np.minimum(_lead(words[:, :-1], guess), _lead((views[0] - words)[:, :-1], guess))
    meaning = [_lead(view[:, :-1], guess) for view in views[1:]]
    return np.column_stack(
        [np.log(sure / (1 - sure)), _at(fits, guess), _lead(fits, guess), foreign, familiar, accord, *meaning]
    )


def _at(scores: NDArray[np.float64], guess: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(scores[np.arange(len(guess)), guess])


def _lead(scores: NDArray[np.float64], guess: NDArray[np.int64]) -> NDArray[np.float64]:
    """Returns how much better the guess fits than the best other topic; below 0 where another fits better."""
    others = scores.copy()
    others[np.arange(len(guess)), guess] = -np.inf
    return np.asarray(_at(scores, guess) - others.max(axis=1))


def best_worth(signs: NDArray[np.float64], right: NDArray[np.bool_], strange: NDArray[np.bool_]) -> GuessWorth:
    """Learns what guesses with these signs are worth: `right` ones were correct, `strange` ones on strangers' texts."""
    if (~strange).sum() < FEWEST or right.all() or not right.any():
        return UNTRIED_WORTH
    from sklearn.linear_model import LogisticRegression  # takes a second: only training pays it

    counts = mixed(strange)
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    model = LogisticRegression().fit((signs - middle) / spread, right, sample_weight=counts)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - middle @ weights)
    sums, shares = _curve(signs @ weights + bias, right, counts)
    return GuessWorth(tuple(float(weight) for weight in weights), bias, sums, shares)


def mixed(strange: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Returns how much each guess counts, so that strangers have the share that they have among contacts to come."""
    each = STRANGERS / (1 - STRANGERS) * (~strange).sum() / max(1, strange.sum())
    return np.where(strange, each, 1.0)


def _curve(
    sums: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns the share of right guesses as it rises with the sum.

    It is the mean of two estimates, that of pools of neighbours and that of the logistic model. Pools alone would put a
    bar wherever a few guesses happened to be wrong; the model alone would not notice where it is wrong itself.
    """
    order = np.argsort(sums, kind="stable")
    pools: list[tuple[float, float, float]] = []  # right, all, sum × all
    for row in order:
        pools.append((counts[row] * right[row], counts[row], counts[row] * sums[row]))
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            (a, b, c), (d, e, f) = pools.pop(), pools.pop()
            pools.append((a + d, b + e, c + f))
    middles = np.array([weighted / size for _, size, weighted in pools])
    pooled = np.maximum.accumulate([(hits + 1) / (size + 2) for hits, size, _ in pools])  # the rule of succession
    shares = (pooled + 1 / (1 + np.exp(-middles))) / 2
    return tuple(middles.tolist()), tuple(shares.tolist())
