"""Rules, the model of sensitivity and the topics each say yes for themselves, and nothing takes it back."""

from typing import Any

import pytest

from mci_router.classifier.sensitivity.finding import SensitivityFinding, SensitivityThresholds
from mci_router.specs import RuleEffect, RuleSpec, TopicSpec
from mci_router.triage.danger import Danger, danger_of, topic_for
from mci_router.triage.perception import FAILED, Perception
from mci_router.vocabulary import SensitiveKind, Touch

BARS = SensitivityThresholds(sensitive=0.8, watch=0.6)
SELF_HARM, FRAUD, LEGAL = SensitiveKind.SELF_HARM, SensitiveKind.FRAUD, SensitiveKind.LEGAL
THEFT = RuleSpec(name="theft", title="Theft", effect=RuleEffect.SENSITIVE, kind=FRAUD, patterns=["stole"])


def danger(share: float = 0.0, unkind: float = 0.0, **seen: Any) -> Danger:
    return danger_of(Perception(**seen), share, unkind, threshold=0.2)


def finding(probability: float, *kinds: tuple[SensitiveKind, float]) -> SensitivityFinding:
    return SensitivityFinding(probability, kinds, "all my pills", "m1", BARS)


def test_a_rule_alarms_by_itself() -> None:
    """And brings its kind."""
    found = danger(rules=(THEFT,))
    assert found.alarms == ("the rule theft fires",)
    assert (found.kinds, found.urgent) == ((FRAUD,), False)


@pytest.mark.parametrize(
    ("probability", "alarmed", "suspected"), [(0.59, False, False), (0.6, False, True), (0.8, True, False)]
)
def test_the_model_has_a_bar_to_watch_and_one_to_mark(probability: float, alarmed: bool, suspected: bool) -> None:
    """Between them a person looks, and the contact is not marked."""
    found = danger(sensitivity=finding(probability, (LEGAL, 0.9)))
    assert (bool(found.alarms), bool(found.suspicions)) == (alarmed, suspected)
    assert found.kinds == ((LEGAL,) if alarmed else ())


@pytest.mark.parametrize(
    ("kinds", "named"),
    [
        ([(SELF_HARM, 0.6), (FRAUD, 0.3)], (SELF_HARM,)),
        ([(SELF_HARM, 0.4), (FRAUD, 0.38)], (FRAUD,)),
        ([(FRAUD, 0.5), (LEGAL, 0.36), (SELF_HARM, 0.1)], (FRAUD, LEGAL)),
    ],
)
def test_an_urgent_kind_is_named_only_if_the_urgent_ones_are_likely(
    kinds: list[tuple[SensitiveKind, float]], named: tuple[SensitiveKind, ...]
) -> None:
    """At half of the probability together; others from 0.35 on, beside the likeliest."""
    found = danger(sensitivity=finding(0.9, *kinds))
    assert found.kinds == named
    assert found.urgent is (SELF_HARM in named)


@pytest.mark.parametrize(
    ("share", "plausible", "unkind", "alarmed"),
    [
        (0.19, 0.55, 0.0, False),
        (0.2, 0.55, 0.0, True),
        (0.2, 0.45, 0.0, False),
        (0.8, 0.0, 0.0, True),
        (0.3, 0.0, 0.2, True),
    ],
)
def test_sensitive_topics_alarm_if_the_model_finds_them_plausible(
    share: float, plausible: float, unkind: float, alarmed: bool
) -> None:
    """Or if they are certain, or if the model knows nothing of their kind; otherwise a person looks."""
    found = danger(share, unkind, sensitivity=finding(plausible))
    assert bool(found.alarms) is alarmed
    assert bool(found.suspicions) is (not alarmed and share >= 0.2)


def test_what_nobody_could_read_is_sensitive() -> None:
    """Doubt means a person, in private."""
    assert danger_of(FAILED, 0.0, 0.0, 0.2).alarms == ("triage failed, so it may be sensitive",)


def test_a_language_in_which_nothing_can_tell_is_looked_at() -> None:
    """It is not marked."""
    found = danger(unjudged=True, language="fi")
    assert found.alarms == ()
    assert "(fi)" in found.suspicions[0]


def test_the_topic_of_a_kind_is_the_likeliest_one() -> None:
    """Of the first kind that any topic has."""
    topics = {
        name: TopicSpec(name=name, title=name, touch=Touch.HIGH, sensitive=True, sensitive_kind=kind)
        for name, kind in {"card": FRAUD, "scam": FRAUD, "court": LEGAL}.items()
    }
    assert topic_for([FRAUD], topics, ["scam", "card"]) == topics["scam"]
    assert topic_for([SELF_HARM, LEGAL], topics, []) == topics["court"]
    assert topic_for([SELF_HARM], topics, []) is None
