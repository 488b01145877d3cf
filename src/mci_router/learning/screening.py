"""Screening: whether an agent's topic for a contact is learnt from at once, or reviewed first. Pure.

A fifth to a third of the topics that agents give are wrong, and a model that learns from all of them gets worse. So a
topic that the model finds very unlikely goes to review; so does every topic that would make sensitive contacts look
harmless, however likely it is.
"""

from collections.abc import Collection

from mci_router.classifier.guess import Guess
from mci_router.classifier.thresholds import Certainty
from mci_router.classifier.topics import TopicClassifier
from mci_router.values import value
from mci_router.vocabulary import CorrectionState

VERY_UNLIKELY = 0.02


@value
class Screened:
    """The state of an agent's topic, the reason for a review in words, and the probability by the model."""

    state: CorrectionState
    why: str | None
    probability: float | None
    confirms: bool


def screened(
    given: str, *, model: TopicClassifier, guess: Guess, sensitive: bool, sensitive_topics: Collection[str]
) -> Screened:
    """Screens the topic that an agent gave, by the model's guess.

    `sensitive`: the contact is sensitive, or triage found a sensitive topic.
    """
    probability = guess.probability_of([given]) if given in model.topics else None
    certain = guess.topic == given and model.certainty(guess) is Certainty.ACT
    why = _doubt(given, probability, lowers=sensitive and given not in sensitive_topics)
    state = CorrectionState.REVIEW if why else CorrectionState.ACCEPTED
    return Screened(state, why, probability, certain and not why)


def _doubt(given: str, probability: float | None, *, lowers: bool) -> str | None:
    if lowers:
        return f"lowering: the contact is sensitive, and {given} is not"
    if probability is None:
        return f"unknown: the model has not learnt {given} yet"
    if probability < VERY_UNLIKELY:
        return (
            f"very unlikely: the model gives {given} {100 * probability:.1f} %, less than {100 * VERY_UNLIKELY:.0f} %"
        )
    return None
