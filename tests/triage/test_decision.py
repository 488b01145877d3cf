"""Triage puts a contact into the matrix: doubt and care raise the touch, nothing lowers it, and the reasons say why."""

from typing import Any

import pytest

from mci_router.specs import TopicSpec
from mci_router.triage.classifier import NO_GUESS, Guess
from mci_router.triage.decision import Triage, triage
from mci_router.triage.matrix import cell_of, modality_of
from mci_router.vocabulary import Cell, Modality, Outcome, Touch, Volume

KINDS: dict[str, dict[str, Any]] = {
    "sign_in": {"expected_volume": "high"},
    "how_to": {},
    "fraud": {"touch": "high", "sensitive": True},
    "complaint": {"touch": "high"},
}
TOPICS = {name: TopicSpec.model_validate({"name": name, "title": name, **more}) for name, more in KINDS.items()}


def decide(topic: str | None, confidence: float = 0.9, **changes: Any) -> Triage:
    guess = Guess(topic, confidence, ((topic, confidence),)) if topic else NO_GUESS
    defaults: dict[str, Any] = {
        "named": False,
        "topics": TOPICS,
        "volumes": {},
        "threshold": 0.4,
        "came_back": False,
        "vulnerable": False,
        "model": "m1",
    }
    return triage(guess, **(defaults | changes))


@pytest.mark.parametrize(
    ("topic", "changes", "cell", "sensitive"),
    [
        ("sign_in", {}, Cell.HIGH_VOLUME_LOW_TOUCH, False),
        ("how_to", {}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("complaint", {}, Cell.LOW_VOLUME_HIGH_TOUCH, False),
        ("fraud", {}, Cell.LOW_VOLUME_HIGH_TOUCH, True),
        ("sign_in", {"came_back": True}, Cell.HIGH_VOLUME_HIGH_TOUCH, False),
        ("sign_in", {"vulnerable": True}, Cell.HIGH_VOLUME_HIGH_TOUCH, False),
        ("fraud", {"volumes": {"fraud": Volume.HIGH}}, Cell.HIGH_VOLUME_HIGH_TOUCH, True),
        ("sign_in", {"volumes": {"sign_in": Volume.LOW}}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("how_to", {"volumes": {"sign_in": Volume.LOW}}, Cell.LOW_VOLUME_LOW_TOUCH, False),
        ("how_to", {"volumes": {"how_to": Volume.HIGH}}, Cell.HIGH_VOLUME_LOW_TOUCH, False),
    ],
)
def test_the_cell_follows_volume_and_touch(topic: str, changes: dict[str, Any], cell: Cell, sensitive: bool) -> None:
    """Measured volume goes before the expected one; sensitivity, a return or vulnerability raise the touch."""
    found = decide(topic, **changes)
    assert (found.topic, found.cell, found.sensitive) == (topic, cell, sensitive)
    assert found.cell is cell_of(found.volume, found.touch)
    assert (found.matter.topic, found.matter.cell, found.matter.sensitive) == (topic, cell, sensitive)


@pytest.mark.parametrize(("confidence", "known"), [(0.39, False), (0.4, True), (1.0, True), (0.0, False)])
def test_a_guess_below_the_threshold_is_no_topic(confidence: float, known: bool) -> None:
    """Unknown: a person looks at it, and the guess is still told."""
    found = decide("sign_in", confidence)
    assert found.topic == ("sign_in" if known else None)
    assert found.touch is (Touch.LOW if known else Touch.HIGH)
    assert (found.confidence, found.ranked) == (confidence, (("sign_in", confidence),))


def test_a_topic_the_adapter_names_needs_no_confidence() -> None:
    """Named is certain, and still sensitive if it is."""
    found = decide("fraud", 0.1, named=True)
    assert (found.topic, found.confidence, found.sensitive) == ("fraud", 1.0, True)


@pytest.mark.parametrize("topic", [None, "deleted_meanwhile"])
def test_without_a_topic_a_person_looks_at_it(topic: str | None) -> None:
    """No guess, or a topic that is no more: unknown, low volume, high touch, not sensitive."""
    found = decide(topic)
    assert (found.topic, found.cell, found.sensitive) == (None, Cell.LOW_VOLUME_HIGH_TOUCH, False)


@pytest.mark.parametrize("topic", ["fraud", "complaint", None])
@pytest.mark.parametrize("came_back", [True, False])
@pytest.mark.parametrize("vulnerable", [True, False])
def test_nothing_lowers_the_touch(topic: str | None, came_back: bool, vulnerable: bool) -> None:
    """Whatever else is true, what needs a person keeps needing one, and each cause is a reason of its own."""
    found = decide(topic, came_back=came_back, vulnerable=vulnerable)
    assert found.touch is Touch.HIGH
    assert len(found.reasons) == 3 + came_back + vulnerable
    assert found.reasons[-1].endswith(found.cell)


def test_only_the_community_is_read_by_many() -> None:
    """Automation and agents are between two."""
    assert {outcome: modality_of(outcome) for outcome in Outcome if outcome in ("automation", "community", "agent")} == {
        Outcome.AUTOMATION: Modality.ONE_TO_ONE,
        Outcome.COMMUNITY: Modality.MANY_TO_MANY,
        Outcome.AGENT: Modality.ONE_TO_ONE,
    }
