"""What an agent's code for a contact is worth: learnt from, or looked at first. Pure.

A fifth to a third of the codes that agents give are wrong, and a model that learns from all of them gets worse. So what the model finds
very unlikely goes to review; and so does whatever would make sensitive contacts look harmless, however likely it is.
"""

from collections.abc import Collection
from dataclasses import dataclass

from mci_router.classifier.calibration import Certainty
from mci_router.classifier.topics import Guess, TopicClassifier
from mci_router.vocabulary import CorrectionState

VERY_UNLIKELY = 0.02


@dataclass(frozen=True, slots=True)
class Screened:
    """A code's state, the reason for a review in words, and what the model says of it."""

    state: CorrectionState
    why: str | None
    probability: float | None
    confirms: bool


def screened(said: str, *, model: TopicClassifier, guess: Guess, sensitive: bool, sensitive_topics: Collection[str]) -> Screened:
    """How the topic that an agent said fits the model's guess. `sensitive`: the contact is, or triage found a sensitive topic."""
    probability = guess.probability_of([said]) if said in model.topics else None
    certain = guess.topic == said and model.certainty(guess) is Certainty.ACT
    why = _doubt(said, probability, lowers=sensitive and said not in sensitive_topics)
    state = CorrectionState.REVIEW if why else CorrectionState.ACCEPTED
    return Screened(state, why, probability, certain and not why)


def _doubt(said: str, probability: float | None, *, lowers: bool) -> str | None:
    if lowers:
        return f"lowering: the contact is sensitive, and {said} is not"
    if probability is None:
        return f"unknown: the model has not learnt {said} yet"
    if probability < VERY_UNLIKELY:
        return f"very unlikely: the model gives {said} {100 * probability:.1f} %, less than {100 * VERY_UNLIKELY:.0f} %"
    return None
