"""Triage puts a contact into the matrix: doubt and care raise the touch, nothing lowers it, and the reasons say why."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mci_router.classifier.guess import Guess, Topics
from mci_router.classifier.thresholds import Certainty, Thresholds
from mci_router.specs import RuleEffect, RuleSpec, SensitiveTopics, TopicSpec, WorkspaceSpec
from mci_router.triage.decision import Bounds, judge, returned
from mci_router.triage.matrix import cell_of
from mci_router.triage.perception import FAILED, Opinion, Perception
from mci_router.triage.result import Measured, Triage
from mci_router.vocabulary import Cell, Touch, Volume
from tests.support.rows import every

KINDS: dict[str, dict[str, Any]] = {
    "sign_in": {"expected_volume": "high"},
    "how_to": {},
    "fraud": {"touch": "high", "sensitive": True},
    "abuse": {"touch": "high", "sensitive": True},
    "complaint": {"touch": "high"},
}
TOPICS = {name: TopicSpec.model_validate({"name": name, "title": name, **more}) for name, more in KINDS.items()}
THRESHOLDS = Thresholds(suggest=0.4)
FRAUD_RULE = RuleSpec(name="fraud", title="Fraud", effect=RuleEffect.SENSITIVE, patterns=["stole"])
THREAT_RULE = RuleSpec(name="threat", title="Threat", effect=RuleEffect.SENSITIVE, patterns=["or else"])
PERSON_RULE = RuleSpec(name="wants_a_person", title="Wants a person", effect=RuleEffect.PERSON, patterns=["human"])


def guess_of(topic: str | None, confidence: float, **others: float) -> Guess:
    """A guess as a model makes it, with what it gives to other topics."""
    shares = {**others, **({topic: confidence} if topic else {})}
    ranked = tuple(sorted(shares.items(), key=lambda item: -item[1]))[:3]
    return Guess(topic, confidence, ranked, np.array(list(shares.values())), Topics(shares))


def decide(
    topic: str | None,
    confidence: float = 0.9,
    *,
    others: dict[str, float] | None = None,
    seen: Any = None,
    **changes: Any,
) -> Triage:
    guess = guess_of(topic, confidence, **(others or {}))
    perception = Perception(**({"opinion": Opinion(guess, "m1", THRESHOLDS)} | (seen or {})))
    defaults: dict[str, Any] = {
        "named": None,
        "topics": TOPICS,
        "measured": Measured(),
        "bounds": Bounds(),
        "sensitive": SensitiveTopics.of(TOPICS.values()),
        "vulnerable": False,
    }
    back = changes.pop("came_back", False)
    found = judge(perception, **(defaults | changes))
    return returned(found) if back else found


def measured(**volumes: str) -> Measured:
    return Measured(dict.fromkeys(volumes, 10), {topic: Volume(volume) for topic, volume in volumes.items()})


@every(
    ("topic", "changes", "cell", "sensitive"),
    [
        ("sign_in", {}, Cell.HIGH_VOLUME_LOW_TOUCH, False),
        ("how_to", {}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("complaint", {}, Cell.LOW_VOLUME_HIGH_TOUCH, False),
        ("fraud", {}, Cell.LOW_VOLUME_HIGH_TOUCH, True),
        ("sign_in", {"came_back": True}, Cell.HIGH_VOLUME_HIGH_TOUCH, False),
        ("sign_in", {"vulnerable": True}, Cell.HIGH_VOLUME_HIGH_TOUCH, False),
        ("sign_in", {"seen": {"rules": (PERSON_RULE,)}}, Cell.HIGH_VOLUME_HIGH_TOUCH, False),
        ("sign_in", {"seen": {"rules": (THREAT_RULE,)}}, Cell.HIGH_VOLUME_HIGH_TOUCH, True),
        ("fraud", {"measured": measured(fraud="high")}, Cell.HIGH_VOLUME_HIGH_TOUCH, True),
        ("sign_in", {"measured": measured(sign_in="low")}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("how_to", {"measured": measured(sign_in="low")}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("how_to", {"measured": measured(how_to="high")}, Cell.HIGH_VOLUME_LOW_TOUCH, False),
    ],
)
def test_the_cell_follows_volume_and_touch(topic: str, changes: dict[str, Any], cell: Cell, sensitive: bool) -> None:
    """Measured volume goes before the expected one; sensitivity, a return, vulnerability or the wish for a person raise
    the touch.
    """
    found = decide(topic, **changes)
    assert (found.topic, found.cell, found.sensitive) == (topic, cell, sensitive)
    assert found.cell is cell_of(found.volume, found.touch)
    assert (found.matter.topic, found.matter.cell, found.matter.sensitive) == (topic, cell, sensitive)


@pytest.mark.parametrize(
    ("confidence", "known", "certainty", "touch"),
    [
        (0.39, False, Certainty.ASK, Touch.HIGH),
        (0.4, True, Certainty.SUGGEST, Touch.HIGH),
        (0.79, True, Certainty.SUGGEST, Touch.HIGH),
        (0.8, True, Certainty.ACT, Touch.LOW),
        (1.0, True, Certainty.ACT, Touch.LOW),
        (0.0, False, Certainty.ASK, Touch.HIGH),
    ],
)
def test_what_a_guess_is_worth_depends_on_the_models_thresholds(
    confidence: float, known: bool, certainty: Certainty, touch: Touch
) -> None:
    """Sure: acted on. Less so: a suggestion that a person looks at. Below: unknown, and the guess is still told."""
    found = decide("sign_in", confidence)
    assert found.topic == ("sign_in" if known else None)
    assert (found.certainty, found.touch) == (certainty, touch)
    assert (found.confidence, found.ranked) == (confidence, (("sign_in", confidence),))


@every(
    ("settings", "confidence", "certainty"),
    [
        ({"confidence_threshold": 0.2}, 0.25, Certainty.ACT),
        ({"confidence_threshold": 0.2, "certainty_threshold": 0.5}, 0.25, Certainty.SUGGEST),
        ({"confidence_threshold": 0.2, "bars": {"agent": 0.5}}, 0.25, Certainty.SUGGEST),
        ({"certainty_threshold": 0.95}, 0.9, Certainty.SUGGEST),
        ({"bars": {"agent": 0.95}}, 0.9, Certainty.SUGGEST),
        ({"confidence_threshold": 0.95}, 0.9, Certainty.ASK),
        ({"certainty_threshold": 0.3}, 0.35, Certainty.ASK),
        ({"certainty_threshold": 0.3}, 0.45, Certainty.ACT),
    ],
)
def test_a_workspaces_thresholds_go_before_the_models(
    settings: dict[str, Any], confidence: float, certainty: Certainty
) -> None:
    """With only the lower one set, all above it is acted on; the upper one is never below the lower."""
    spec = WorkspaceSpec.model_validate({"name": "acme", "title": "Acme", **settings})
    bounds = Bounds(spec.confidence_threshold, spec.bars_in_force())
    assert decide("sign_in", confidence, bounds=bounds).certainty is certainty


def test_what_a_guess_is_worth_for_what_comes_decides() -> None:
    """Not how sure the model is by its own examples: 0.99 there, 0.6 where the wording is new, is a suggestion of 0.6."""
    guess = replace(guess_of("sign_in", 0.99), foreseen=0.6)
    found = decide(None, seen={"opinion": Opinion(guess, "m1", THRESHOLDS)})
    assert (found.certainty, found.confidence, found.matter.confidence) == (Certainty.SUGGEST, 0.6, 0.6)
    assert "confidence 0.60, below 0.80" in found.reasons[0]


def test_a_text_that_hardly_says_what_it_is_about_is_never_acted_on() -> None:
    """However sure the guess: a person looks, and the reason says why."""
    guess = replace(guess_of("sign_in", 0.99), terse=True)
    found = decide(None, seen={"opinion": Opinion(guess, "m1", THRESHOLDS)})
    assert (found.topic, found.certainty, found.touch) == ("sign_in", Certainty.SUGGEST, Touch.HIGH)
    assert "hardly a word" in found.reasons[0]


def test_a_topic_the_adapter_names_needs_no_confidence() -> None:
    """Named is certain, and still sensitive if it is."""
    found = decide(None, 0.0, named="fraud")
    assert (found.topic, found.confidence, found.sensitive, found.certainty) == ("fraud", 1.0, True, Certainty.ACT)


@pytest.mark.parametrize(("topic", "named"), [(None, None), ("deleted_meanwhile", None), (None, "deleted_meanwhile")])
def test_without_a_topic_a_person_looks_at_it(topic: str | None, named: str | None) -> None:
    """No guess, or a topic that is gone: unknown, low volume, high touch, not sensitive."""
    found = decide(topic, named=named)
    assert (found.topic, found.cell, found.sensitive) == (None, Cell.LOW_VOLUME_HIGH_TOUCH, False)


@every("topic", ["fraud", "complaint", None])
@every("came_back", [True, False])
@every("vulnerable", [True, False])
def test_nothing_lowers_the_touch(topic: str | None, came_back: bool, vulnerable: bool) -> None:
    """Whatever else is true, what needs a person keeps needing one, and each cause is a reason of its own."""
    found, alone = (
        decide(topic, came_back=back, vulnerable=care) for back, care in ((came_back, vulnerable), (False, False))
    )
    assert found.touch is Touch.HIGH
    assert len(found.reasons) == len(alone.reasons) + came_back + vulnerable
    assert found.reasons[-1].endswith(found.cell)


@pytest.mark.parametrize(
    ("fraud", "abuse", "sensitive"), [(0.1, 0.09, False), (0.12, 0.1, True), (0.0, 0.2, True), (0.0, 0.19, False)]
)
def test_sensitive_topics_probabilities_add_up(fraud: float, abuse: float, sensitive: bool) -> None:
    """No single one need be likely: from 0.20 in all, the contact is private and with a person; a certain topic stays
    what it is.
    """
    found = decide("sign_in", 0.8, others={"fraud": fraud, "abuse": abuse})
    assert (found.sensitive, found.topic) == (sensitive, "sign_in")
    assert found.sensitive_probability == pytest.approx(fraud + abuse)
    assert found.touch is (Touch.HIGH if sensitive else Touch.LOW)
    assert decide("sign_in", 0.8, others={"fraud": fraud}, bounds=Bounds(sensitive=0.01)).sensitive is (fraud > 0)


def test_a_doubtful_and_sensitive_contact_goes_to_the_specialists() -> None:
    """Where the topic is not certain, the likeliest sensitive topic, or that of a rule, is suggested: its queue knows
    what to do.
    """
    assert decide("sign_in", 0.5, others={"fraud": 0.1, "abuse": 0.3}).topic == "abuse"
    ruled = decide("sign_in", 0.5, seen={"rules": (FRAUD_RULE,)})
    assert (ruled.topic, ruled.sensitive, ruled.certainty, ruled.rules) == (
        "fraud",
        True,
        Certainty.SUGGEST,
        ("fraud",),
    )
    assert decide(None, 0.1, seen={"rules": (THREAT_RULE,)}).topic is None


def test_a_rule_raises_what_the_adapter_named() -> None:
    """A menu choice says little about what the customer then writes."""
    found = decide(None, named="how_to", seen={"rules": (FRAUD_RULE,)})
    assert (found.topic, found.sensitive, found.cell) == ("how_to", True, Cell.LOW_VOLUME_HIGH_TOUCH)


def test_a_text_that_could_not_be_read_is_private_and_with_a_person() -> None:
    """Triage failed, so nothing is known: also not that it is harmless."""
    found = judge(
        FAILED,
        named=None,
        topics=TOPICS,
        measured=Measured(),
        bounds=Bounds(),
        sensitive=SensitiveTopics(),
        vulnerable=False,
    )
    assert (found.topic, found.sensitive, found.cell) == (None, True, Cell.LOW_VOLUME_HIGH_TOUCH)
    assert any("triage failed" in reason for reason in found.reasons)


def test_a_language_without_examples_is_for_a_person() -> None:
    """A model that has never seen the language guesses, however sure it says it is."""
    found = decide("sign_in", 0.99, seen={"language": "fi", "foreign": True})
    assert (found.topic, found.certainty, found.touch) == (None, Certainty.ASK, Touch.HIGH)
    assert any("(fi)" in reason for reason in found.reasons)


def test_the_volume_is_told_in_numbers() -> None:
    """How many of how many contacts made it so."""
    counted = Measured({"sign_in": 30, "how_to": 70}, {"sign_in": Volume.LOW, "how_to": Volume.HIGH}, 100)
    assert any("30 of 100 contacts" in reason for reason in decide("sign_in", measured=counted).reasons)
