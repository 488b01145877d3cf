"""Triage: topic, sensitivity, volume and touch of a contact, hence its cell, with the reasons in words and numbers.

Pure.
"""

from collections.abc import Mapping
from dataclasses import replace

from mci_router.classifier.thresholds import Certainty, Thresholds
from mci_router.specs.bars import USUAL, Bars, down
from mci_router.specs.resources import SensitiveTopics, TopicSpec
from mci_router.specs.rules import RuleEffect
from mci_router.triage.danger import Danger, danger_of, topic_for
from mci_router.triage.matrix import cell_of
from mci_router.triage.perception import Perception
from mci_router.triage.result import Measured, Triage
from mci_router.values import value
from mci_router.vocabulary import ContactKind, Touch, Volume

_CARE = {RuleEffect.PERSON: "a person", RuleEffect.TAKE_PRIVATE: "a person, in private"}
RETURNED = "the customer has come back with an open case of this topic"


@value
class Bounds:
    """A workspace's thresholds: the lowest confidence to suggest a topic, its bars, and the bar of sensitivity.

    `suggest` is None where the model's own threshold is in force.
    """

    suggest: float | None = None
    bars: Bars = USUAL
    sensitive: float = 0.2

    def of(self, learnt: Thresholds) -> Thresholds:
        """Returns the thresholds in force: what is acted on may also be suggested."""
        suggest = learnt.suggest if self.suggest is None else self.suggest
        return Thresholds(act=max(self.bars.agent, suggest), suggest=suggest)


@value
class _Known:
    """A topic, its confidence, what may be done with it, and why."""

    topic: TopicSpec | None
    confidence: float
    certainty: Certainty
    reason: str


def judge(
    perception: Perception,
    *,
    named: str | None,
    topics: Mapping[str, TopicSpec],
    sensitive: SensitiveTopics,
    measured: Measured,
    bounds: Bounds,
    vulnerable: bool,
) -> Triage:
    """Puts a contact into the matrix.

    `named` is the topic that the adapter gave. Doubt, a sensitive matter, a vulnerable customer and the wish for a
    person each raise the touch; nothing lowers it.
    """
    opinion, thresholds = perception.opinion, bounds.of(perception.opinion.thresholds)
    share, unkind = opinion.guess.probability_of(sensitive.all), opinion.guess.probability_of(sensitive.without_kind)
    danger = danger_of(perception, share, unkind, bounds.sensitive)
    known = _named(named, topics) if named else _guessed(perception, topics, thresholds)
    if danger.alarms and (known.certainty is not Certainty.ACT or (danger.urgent and not named)):
        known = _alarming(perception, topics, danger) or known
    if not danger.alarms and known.certainty is Certainty.SUGGEST and known.topic and known.topic.sensitive_kind:
        known = replace(
            known,
            topic=None,
            certainty=Certainty.ASK,
            reason=f"{known.reason}; its words show no danger, so it is unknown",
        )
    topic = known.topic
    danger = _of_topic(danger, topic)
    alarms = danger.alarms
    volume, counted = _volume(topic, measured)
    high = [
        *(f"{alarm}: private, with a person" for alarm in alarms),
        *danger.suspicions,
        *_reasons_for_care(topic, known.certainty, perception, vulnerable),
    ]
    touch = Touch.HIGH if high else Touch.LOW
    cell = cell_of(volume, touch)
    return Triage(
        topic=topic.name if topic else None,
        confidence=known.confidence,
        certainty=known.certainty,
        sensitive=bool(alarms),
        sensitive_probability=round(share, 4),
        volume=volume,
        touch=touch,
        cell=cell,
        reasons=(known.reason, *high, _cell_reason(counted, volume, touch)),
        counted=counted,
        ranked=opinion.guess.ranked,
        model=opinion.model,
        thresholds=thresholds,
        bars=bounds.bars,
        rules=tuple(rule.name for rule in perception.rules),
        wants_person=any(rule.effect is RuleEffect.PERSON for rule in perception.rules),
        private_by=next((rule.name for rule in perception.rules if rule.effect is RuleEffect.TAKE_PRIVATE), None),
        shadow=perception.shadow,
        sensitive_kinds=danger.kinds,
        urgent=danger.urgent,
        sensitivity=perception.sensitivity,
    )


def returned(triage: Triage) -> Triage:
    """Raises the touch for a customer who has come back with an unresolved case of this topic.

    So a person serves them.
    """
    if triage.kind is not ContactKind.CUSTOMER:
        return triage
    reasons = (*triage.reasons[:-1], RETURNED, _cell_reason(triage.counted, triage.volume, Touch.HIGH))
    return replace(triage, touch=Touch.HIGH, cell=cell_of(triage.volume, Touch.HIGH), reasons=reasons)


def _cell_reason(counted: str, volume: Volume, touch: Touch) -> str:
    return f"{counted}: {volume} volume, {touch} touch: {cell_of(volume, touch)}"


def _of_topic(danger: Danger, topic: TopicSpec | None) -> Danger:
    """Adds what the topic says of itself."""
    if topic is None or not topic.sensitive:
        return danger
    kinds = danger.kinds if topic.sensitive_kind is None else (*danger.kinds, topic.sensitive_kind)
    return replace(danger, alarms=("the topic is sensitive", *danger.alarms), kinds=tuple(dict.fromkeys(kinds)))


def _named(name: str, topics: Mapping[str, TopicSpec]) -> _Known:
    topic = topics.get(name)
    if topic is None:
        return _Known(None, 0.0, Certainty.ASK, f"the adapter named the topic {name}, which no longer exists")
    return _Known(topic, 1.0, Certainty.ACT, f"the adapter named the topic {name}")


def _guessed(perception: Perception, topics: Mapping[str, TopicSpec], thresholds: Thresholds) -> _Known:
    guess = perception.opinion.guess
    topic = topics.get(guess.topic) if guess.topic else None
    if perception.failed:
        return _Known(None, 0.0, Certainty.ASK, "the text could not be read")
    if perception.foreign:
        return _Known(
            None, guess.worth, Certainty.ASK, f"the text is in a language without examples ({perception.language})"
        )
    if topic is None:
        return _Known(None, guess.worth, Certainty.ASK, "the text fits no topic")
    certainty, sure = thresholds.of(topic.name, guess.worth, guess.terse), down(guess.worth)
    if certainty is Certainty.ASK:
        reason = f"the likeliest topic, {topic.name}, has confidence {sure}, below {down(thresholds.suggest)}"
        return _Known(None, guess.worth, certainty, reason)
    worth = f"{'above' if guess.worth >= thresholds.act else 'below'} {down(thresholds.act)}"
    if guess.terse:
        worth += ", and hardly a word says what it is about"
    verdict = worth if certainty is Certainty.ACT else f"{worth}: a suggestion"
    return _Known(topic, guess.worth, certainty, f"the text is about {topic.name} with confidence {sure}, {verdict}")


def _alarming(perception: Perception, topics: Mapping[str, TopicSpec], danger: Danger) -> _Known | None:
    """Returns, for a sensitive contact in doubt, its likeliest sensitive topic, whose specialists should see it."""
    guess = perception.opinion.guess
    ruled = next(
        (topics[rule.name] for rule in perception.rules if rule.name in topics and topics[rule.name].sensitive), None
    )
    meant = topic_for(danger.kinds, topics, [name for name, _ in guess.ranked])
    likely = next(((topics[name], p) for name, p in guess.ranked if name in topics and topics[name].sensitive), None)
    if ruled and not danger.urgent:
        return _Known(
            ruled, guess.probability_of([ruled.name]), Certainty.SUGGEST, f"the rule {ruled.name} says {ruled.name}"
        )
    if meant:
        reason = f"{meant.name} is the topic of {meant.sensitive_kind}"
        return _Known(meant, guess.probability_of([meant.name]), Certainty.SUGGEST, reason)
    if likely:
        topic, probability = likely
        return _Known(
            topic,
            probability,
            Certainty.SUGGEST,
            f"of the sensitive topics, {topic.name} is likeliest, with {probability:.2f}",
        )
    return None


def _reasons_for_care(
    topic: TopicSpec | None, certainty: Certainty, perception: Perception, vulnerable: bool
) -> list[str]:
    """Returns why a person should serve the contact, besides its being sensitive."""
    causes = [
        (topic is None, "the topic is unknown: a person looks at it"),
        (topic is not None and certainty is Certainty.SUGGEST, "the topic is only a suggestion: a person looks at it"),
        (bool(topic and topic.touch is Touch.HIGH and not topic.sensitive), "the topic asks for a person's care"),
        (vulnerable, "the customer is vulnerable"),
    ]
    asked = [f"the rule {rule.name} fires: {_CARE[rule.effect]}" for rule in perception.rules if rule.effect in _CARE]
    return [cause for applies, cause in causes if applies] + asked


def _volume(topic: TopicSpec | None, measured: Measured) -> tuple[Volume, str]:
    """Returns the volume, and what it was taken from."""
    if topic is None:
        return Volume.LOW, "no topic to count"
    if topic.name not in measured.volumes:
        return topic.expected_volume, "too few contacts to measure, so as expected"
    return measured.volumes[
        topic.name
    ], f"{measured.rates.get(topic.name, 0)} of {measured.contacts} contacts in the last hour"
