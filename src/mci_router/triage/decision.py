"""Triage: topic, sensitivity, volume and touch of a contact, hence its cell, with the reasons in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from mci_router.specs import TopicSpec
from mci_router.triage.classifier import Guess
from mci_router.triage.matrix import cell_of
from mci_router.vocabulary import Cell, Touch, Volume


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing needs to know of a contact's triage; it stays with the contact on every rung."""

    topic: str | None
    sensitive: bool
    cell: Cell


@dataclass(frozen=True, slots=True)
class Triage:
    """What a contact is. `topic` is None while it is unknown; `confidence` is 1 where the adapter named the topic."""

    topic: str | None
    confidence: float
    sensitive: bool
    volume: Volume
    touch: Touch
    cell: Cell
    reasons: tuple[str, ...]
    ranked: tuple[tuple[str, float], ...]
    model: str

    @property
    def matter(self) -> Matter:
        return Matter(self.topic, self.sensitive, self.cell)


def triage(
    guess: Guess,
    *,
    named: bool,
    topics: Mapping[str, TopicSpec],
    volumes: Mapping[str, Volume],
    threshold: float,
    came_back: bool,
    vulnerable: bool,
    model: str,
) -> Triage:
    """Puts a contact into the matrix.

    `named` says that the adapter gave the topic; `came_back` that the customer has an unresolved case of this topic.
    Doubt, a sensitive topic, a vulnerable customer and a return each raise the touch; nothing lowers it.
    """
    topic, reasons = _known_topic(guess, named, topics, threshold)
    volume = volumes.get(topic.name, topic.expected_volume) if topic else Volume.LOW
    high = [
        (topic is None, "the topic is unknown: a person looks at it"),
        (bool(topic and topic.sensitive), "the topic is sensitive: private, with a person"),
        (bool(topic and topic.touch is Touch.HIGH and not topic.sensitive), "the topic asks for a person's care"),
        (vulnerable, "the customer is vulnerable"),
        (came_back, "the customer has come back with an open case of this topic"),
    ]
    reasons += [reason for applies, reason in high if applies]
    touch = Touch.HIGH if any(applies for applies, _ in high) else Touch.LOW
    cell = cell_of(volume, touch)
    reasons.append(f"{volume} volume, {touch} touch: {cell}")
    return Triage(
        topic=topic.name if topic else None,
        confidence=1.0 if named else guess.confidence,
        sensitive=bool(topic and topic.sensitive),
        volume=volume,
        touch=touch,
        cell=cell,
        reasons=tuple(reasons),
        ranked=guess.ranked,
        model=model,
    )


def _known_topic(guess: Guess, named: bool, topics: Mapping[str, TopicSpec], threshold: float) -> tuple[TopicSpec | None, list[str]]:
    topic = topics.get(guess.topic) if guess.topic else None
    if topic is None:
        return None, ["the text fits no topic"]
    if named:
        return topic, [f"the adapter named the topic {topic.name}"]
    if guess.confidence < threshold:
        return None, [f"the likeliest topic, {topic.name}, has confidence {guess.confidence:.2f}, below {threshold:.2f}"]
    return topic, [f"the text is about {topic.name} with confidence {guess.confidence:.2f}"]
