"""What a model learns from."""

from mci_router.classifier.gate import HeldOutExample
from mci_router.learning.training import CORRECTIONS_A_TOPIC, Training, training_of

TOPICS = {"a": ["one", "two", "one"], "b": ["three"], "empty": []}


def test_examples_come_first_then_corrections_each_once() -> None:
    """Topics that have nothing to learn from are left out."""
    training = training_of(
        TOPICS, [HeldOutExample("a", "said"), HeldOutExample("a", "said"), HeldOutExample("b", "told")]
    )
    assert training.examples == {"a": ("one", "two", "said"), "b": ("three", "told")}
    assert training.size == 5


def test_a_correction_never_overrules_an_example() -> None:
    """Nor does it bring back a topic that is gone."""
    training = training_of(
        TOPICS, [HeldOutExample("b", "one"), HeldOutExample("gone", "said"), HeldOutExample("empty", "new")]
    )
    assert training.examples == {"a": ("one", "two"), "b": ("three",), "empty": ("new",)}


def test_only_the_newest_corrections_of_a_topic_count() -> None:
    """Two hundred."""
    training = training_of(TOPICS, [HeldOutExample("a", f"said {i}") for i in range(250)])
    assert len(training.examples["a"]) == 2 + CORRECTIONS_A_TOPIC
    assert training.examples["a"][2] == "said 50"


def test_a_training_set_is_the_same_after_the_ledger() -> None:
    """As JSON and back."""
    training = training_of(TOPICS, [HeldOutExample("a", "said")])
    assert Training.from_data(training.as_data()) == training
