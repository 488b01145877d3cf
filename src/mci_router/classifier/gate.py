"""The gate: whether a candidate model may replace the live one, with the reasons in words and numbers. Pure.

Both are compared on the holdout: examples that were set aside when their topic was first seen. The models themselves
may know these examples, so their twins, trained without them, are compared instead. A candidate must not lose accuracy,
nor a topic, nor a single sensitive contact.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

import numpy as np

from mci_router.classifier.guess import Guess
from mci_router.values import value

HELD_OUT_SHARE = 0.2  # of a topic's examples
FEWEST_EXAMPLES = 5  # of a topic that can spare some
ACCURACY_LOSS = 0.02  # of the holdout, or one example: as much as chance alone changes
RECALL_LOSS = 0.2  # of a topic's holdout, or one example
FEWEST_HELD_OUT = 5  # examples of a topic; fewer say nothing about its recall
OWN_RIGHT = 0.9  # of what it has learnt, a sound model gets right

Examples = Mapping[str, Sequence[str]]


class HeldOutExample(NamedTuple):
    """An example that was set aside."""

    topic: str
    text: str


@value
class Judgement:
    """A judgement: whether a model may go live; `reasons` say why not, or what was measured."""

    passed: bool
    reasons: tuple[str, ...] = ()


@value
class Score:
    """A model's results on the holdout, example by example.

    `right`: whether the topic was right; `caught`: whether a sensitive example was found to be sensitive.
    """

    right: Mapping[HeldOutExample, bool] = field(default_factory=dict)
    caught: Mapping[HeldOutExample, bool] = field(default_factory=dict)

    @property
    def accuracy(self) -> float | None:
        return share(self.right.values())

    @property
    def sensitive_recall(self) -> float | None:
        return share(self.caught.values())

    def recalls(self) -> dict[str, float]:
        """Returns for each topic the share of its held-out examples that is right."""
        topics = sorted({example.topic for example in self.right})
        return {
            topic: share([right for example, right in self.right.items() if example.topic == topic]) or 0.0
            for topic in topics
        }

    def of(self, topics: Collection[str]) -> "Score":
        """Returns the score on the examples of these topics only."""
        return Score(
            {example: right for example, right in self.right.items() if example.topic in topics},
            {example: caught for example, caught in self.caught.items() if example.topic in topics},
        )


def fingerprint(text: str) -> str:
    """Returns the hash that identifies an example in the holdout."""
    return hashlib.sha256(text.encode()).hexdigest()


def set_aside(examples: Examples) -> list[HeldOutExample]:
    """Returns a fifth of each topic's examples: those with the smallest hash.

    So every process sets the same ones aside.
    """
    return [
        HeldOutExample(topic, text)
        for topic, texts in sorted(examples.items())
        if len(set(texts)) >= FEWEST_EXAMPLES
        for text in sorted(set(texts), key=fingerprint)[: math.ceil(len(set(texts)) * HELD_OUT_SHARE)]
    ]


def outdated(holdout: Sequence[HeldOutExample], examples: Examples) -> list[HeldOutExample]:
    """Returns what the holdout can no longer ask for.

    These are examples of topics that are gone, or that now belong to another topic. `examples` has every topic of the
    workspace. An example that its topic merely lost stays: so a topic cannot lose unnoticed what it was good at.
    """
    owners: dict[str, set[str]] = {}
    for topic, texts in examples.items():
        for text in texts:
            owners.setdefault(text, set()).add(topic)
    return [
        example
        for example in holdout
        if example.topic not in examples or example.topic not in owners.get(example.text, {example.topic})
    ]


def without(examples: Examples, holdout: Sequence[HeldOutExample]) -> dict[str, tuple[str, ...]]:
    """Returns what a twin learns from: the examples without those of the holdout, wherever they came from."""
    held_out = {text for _, text in holdout}
    left = {topic: tuple(text for text in texts if text not in held_out) for topic, texts in examples.items()}
    return {topic: texts for topic, texts in left.items() if texts}


def score(
    guesses: Sequence[Guess], holdout: Sequence[HeldOutExample], sensitive: Collection[str], threshold: float
) -> Score:
    """Compares guesses with the holdout.

    An example is caught when the probabilities of the `sensitive` topics sum up to the `threshold`.
    """
    pairs = list(zip(holdout, guesses, strict=True))
    return Score(
        {example: guess.topic == example.topic for example, guess in pairs},
        {
            example: guess.probability_of(sensitive) >= threshold
            for example, guess in pairs
            if example.topic in sensitive
        },
    )


def compare(candidate: Score, live: Score) -> Judgement:
    """Compares the candidate's twin with the live model's twin, both asked the same."""
    losses = [*_accuracy_lost(candidate, live), *_topics_lost(candidate, live), *_sensitive_lost(candidate, live)]
    if losses:
        return Judgement(False, tuple(losses))
    return Judgement(
        True,
        (
            f"accuracy on {len(live.right)} held-out examples: {_percent(candidate.accuracy)}, "
            f"{_percent(live.accuracy)} before",
        ),
    )


def _accuracy_lost(candidate: Score, live: Score) -> list[str]:
    asked = len(live.right)
    lost = sum(live.right.values()) - sum(candidate.right.values())
    if lost <= max(1, ACCURACY_LOSS * asked):
        return []
    return [
        f"accuracy on {asked} held-out examples falls from {_percent(live.accuracy)} to {_percent(candidate.accuracy)}"
    ]


def _topics_lost(candidate: Score, live: Score) -> list[str]:
    before, after = live.recalls(), candidate.recalls()
    reasons = []
    for topic, recall in before.items():
        asked = sum(example.topic == topic for example in live.right)
        lost = round((recall - after[topic]) * asked)
        if asked >= FEWEST_HELD_OUT and lost > max(1, RECALL_LOSS * asked):
            reasons.append(
                f"recall of {topic} on {asked} held-out examples falls from {_percent(recall)} to "
                f"{_percent(after[topic])}"
            )
    return reasons


def _sensitive_lost(candidate: Score, live: Score) -> list[str]:
    before, after, asked = sum(live.caught.values()), sum(candidate.caught.values()), len(live.caught)
    return (
        [f"of {asked} held-out sensitive examples {after} are found to be sensitive, {before} before"]
        if after < before
        else []
    )


def self_check(guesses: Sequence[Guess], examples: Sequence[HeldOutExample]) -> Judgement:
    """Judges whether a model is sound, by its guesses on what it has learnt from.

    A solver that stopped at once does not report that itself.
    """
    if not all(_is_distribution(guess) for guess in guesses):
        return Judgement(False, ("self-check: its probabilities are not finite, or do not add up",))
    if guesses and len({guess.ranked[:1] and guess.ranked[0][0] for guess in guesses}) < 2:
        return Judgement(False, ("self-check: it says the same of every text",))
    right = share(
        [
            bool(guess.ranked) and guess.ranked[0][0] == example.topic
            for guess, example in zip(guesses, examples, strict=True)
        ]
    )
    if right is not None and right < OWN_RIGHT:
        return Judgement(
            False,
            (f"self-check: it gets {_percent(right)} of its own examples right, less than {_percent(OWN_RIGHT)}",),
        )
    return Judgement(True, (f"self-check: it gets {_percent(right)} of its own examples right",))


def _is_distribution(guess: Guess) -> bool:
    shares = guess.shares
    if shares is None:
        return False
    return bool(np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() <= 1 + 1e-6)


def share(hits: Collection[bool]) -> float | None:
    """Returns the share of hits; None where nothing was asked."""
    return sum(hits) / len(hits) if hits else None


def _percent(part: float | None) -> str:
    return "nothing" if part is None else f"{100 * part:.1f} %"
