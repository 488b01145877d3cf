"""The gate: whether a candidate model may take the live one's place, with the reasons in words and numbers. Pure.

Both are compared on the holdout, examples that were set aside when their topic was first seen: not the models themselves, which may know
them, but their twins, trained without. A candidate must not lose accuracy, nor a topic, nor a single sensitive contact.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from mci_router.classifier.topics import Guess

HELD_SHARE = 0.2  # of a topic's examples
FEWEST_EXAMPLES = 5  # of a topic that can spare some
ACCURACY_LOSS = 0.02  # of the holdout, or one example: what chance alone takes away and gives back
RECALL_LOSS = 0.2  # of a topic's holdout, or one example
FEWEST_HELD = 5  # examples of a topic, below which its recall says nothing
OWN_RIGHT = 0.9  # of what it has learnt a sound model gets right

Examples = Mapping[str, Sequence[str]]


class Held(NamedTuple):
    """An example set aside."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a model may go live; `reasons` say why not, or what was found."""

    holds: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How a model did on the holdout, example by example: `right` topics, and sensitive examples found to be so (`caught`)."""

    right: Mapping[Held, bool] = field(default_factory=dict)
    caught: Mapping[Held, bool] = field(default_factory=dict)

    @property
    def accuracy(self) -> float | None:
        return share(self.right.values())

    @property
    def sensitive_recall(self) -> float | None:
        return share(self.caught.values())

    def recalls(self) -> dict[str, float]:
        """The share that is right of each topic's held-out examples."""
        topics = sorted({held.topic for held in self.right})
        return {topic: share([right for held, right in self.right.items() if held.topic == topic]) or 0.0 for topic in topics}

    def of(self, topics: Collection[str]) -> "Score":
        """On the examples of these topics only."""
        return Score(
            {held: right for held, right in self.right.items() if held.topic in topics},
            {held: caught for held, caught in self.caught.items() if held.topic in topics},
        )


def fingerprint(text: str) -> str:
    """What an example is known by in the holdout."""
    return hashlib.sha256(text.encode()).hexdigest()


def set_aside(examples: Examples) -> list[Held]:
    """A fifth of each topic's examples, those with the smallest hash, so that everybody sets the same ones aside."""
    return [
        Held(topic, text)
        for topic, texts in sorted(examples.items())
        if len(set(texts)) >= FEWEST_EXAMPLES
        for text in sorted(set(texts), key=fingerprint)[: math.ceil(len(set(texts)) * HELD_SHARE)]
    ]


def outdated(holdout: Sequence[Held], examples: Examples) -> list[Held]:
    """What the holdout can no longer ask for: examples of topics that are gone, and those that now belong to another topic.

    `examples` has every topic of the workspace. An example that its topic merely lost stays: so a topic cannot lose what it was good at
    unnoticed.
    """
    owners: dict[str, set[str]] = {}
    for topic, texts in examples.items():
        for text in texts:
            owners.setdefault(text, set()).add(topic)
    return [held for held in holdout if held.topic not in examples or held.topic not in owners.get(held.text, {held.topic})]


def without(examples: Examples, holdout: Sequence[Held]) -> dict[str, tuple[str, ...]]:
    """What a twin learns from: the examples but those of the holdout, from wherever they came."""
    held = {text for _, text in holdout}
    left = {topic: tuple(text for text in texts if text not in held) for topic, texts in examples.items()}
    return {topic: texts for topic, texts in left.items() if texts}


def score(guesses: Sequence[Guess], holdout: Sequence[Held], sensitive: Collection[str], threshold: float) -> Score:
    """How guesses fit the holdout. What is sensitive by the sum of the `sensitive` topics' probabilities counts as caught."""
    pairs = list(zip(holdout, guesses, strict=True))
    return Score(
        {held: guess.topic == held.topic for held, guess in pairs},
        {held: guess.probability_of(sensitive) >= threshold for held, guess in pairs if held.topic in sensitive},
    )


def compare(candidate: Score, live: Score) -> Judgement:
    """Whether the candidate's twin holds against the live model's, both asked the same."""
    losses = [*_accuracy_lost(candidate, live), *_topics_lost(candidate, live), *_sensitive_lost(candidate, live)]
    if losses:
        return Judgement(False, tuple(losses))
    return Judgement(
        True, (f"accuracy on {len(live.right)} held-out examples: {_percent(candidate.accuracy)}, {_percent(live.accuracy)} before",)
    )


def _accuracy_lost(candidate: Score, live: Score) -> list[str]:
    asked = len(live.right)
    lost = sum(live.right.values()) - sum(candidate.right.values())
    if lost <= max(1, ACCURACY_LOSS * asked):
        return []
    return [f"accuracy on {asked} held-out examples falls from {_percent(live.accuracy)} to {_percent(candidate.accuracy)}"]


def _topics_lost(candidate: Score, live: Score) -> list[str]:
    before, after = live.recalls(), candidate.recalls()
    reasons = []
    for topic, recall in before.items():
        asked = sum(held.topic == topic for held in live.right)
        lost = round((recall - after[topic]) * asked)
        if asked >= FEWEST_HELD and lost > max(1, RECALL_LOSS * asked):
            reasons.append(f"recall of {topic} on {asked} held-out examples falls from {_percent(recall)} to {_percent(after[topic])}")
    return reasons


def _sensitive_lost(candidate: Score, live: Score) -> list[str]:
    before, after, asked = sum(live.caught.values()), sum(candidate.caught.values()), len(live.caught)
    return [f"of {asked} held-out sensitive examples {after} are found to be sensitive, {before} before"] if after < before else []


def self_check(guesses: Sequence[Guess], examples: Sequence[Held]) -> Judgement:
    """Whether a model is sound, by its guesses on what it has learnt from: a solver that stopped at once says nothing of it itself."""
    if not all(_is_distribution(guess) for guess in guesses):
        return Judgement(False, ("self-check: its probabilities are not finite, or do not add up",))
    if guesses and len({guess.ranked[:1] and guess.ranked[0][0] for guess in guesses}) < 2:
        return Judgement(False, ("self-check: it says the same of every text",))
    right = share([bool(guess.ranked) and guess.ranked[0][0] == held.topic for guess, held in zip(guesses, examples, strict=True)])
    if right is not None and right < OWN_RIGHT:
        return Judgement(False, (f"self-check: it gets {_percent(right)} of its own examples right, less than {_percent(OWN_RIGHT)}",))
    return Judgement(True, (f"self-check: it gets {_percent(right)} of its own examples right",))


def _is_distribution(guess: Guess) -> bool:
    shares = guess.shares
    if shares is None:
        return False
    return bool(np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() <= 1 + 1e-6)


def share(hits: Collection[bool]) -> float | None:
    """The share of hits; None where nothing was asked."""
    return sum(hits) / len(hits) if hits else None


def _percent(part: float | None) -> str:
    return "nothing" if part is None else f"{100 * part:.1f} %"
