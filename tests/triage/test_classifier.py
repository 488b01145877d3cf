"""The classifier learns topics from examples, knows how sure it is, and says so when it knows nothing."""

import numpy as np
import pytest

from mci_router.triage.calibration import probabilities
from mci_router.triage.classifier import NO_GUESS, train, version_of
from tests.support.documents import SMALL

EXAMPLES: dict[str, list[str]] = {topic["name"]: topic["examples"] for topic in SMALL["topics"]}


def test_an_example_is_recognised() -> None:
    """Every example of a small workspace is classed as its own topic, likeliest first, with three probabilities of the whole."""
    model = train(EXAMPLES)
    for topic, texts in EXAMPLES.items():
        for guess in model.classify(texts):
            assert guess.topic == topic
            assert (guess.topic, guess.confidence) == guess.ranked[0]
            assert len(guess.ranked) == 3
            assert sum(share for _, share in guess.ranked) <= 1.001
            assert list(guess.ranked) == sorted(guess.ranked, key=lambda pair: -pair[1])


def test_sense_is_surer_than_nonsense() -> None:
    """A text near the examples has more confidence than one far from all of them."""
    near, far = train(EXAMPLES).classify(["someone stole my card, it is fraud", "zxqv wrrk 1234"])
    assert near.confidence > far.confidence


def test_training_is_a_function_of_the_examples() -> None:
    """The same examples in whatever order of topics: the same version and the same guesses."""
    again = train(dict(reversed(EXAMPLES.items())))
    first = train(EXAMPLES)
    assert again.version == first.version == version_of(EXAMPLES)
    texts = ["I forgot my password", "voicemail", "stolen card"]
    assert again.classify(texts) == first.classify(texts)


def test_any_change_of_examples_is_another_version() -> None:
    """A text more, a text less, a topic renamed."""
    changed = [
        EXAMPLES | {"sign_in": [*EXAMPLES["sign_in"], "no access"]},
        EXAMPLES | {"sign_in": EXAMPLES["sign_in"][1:]},
        {("login" if name == "sign_in" else name): texts for name, texts in EXAMPLES.items()},
    ]
    assert len({version_of(examples) for examples in [EXAMPLES, *changed]}) == 4


@pytest.mark.parametrize("examples", [{}, {"sign_in": ["I cannot sign in", "login"]}, {"sign_in": []}])
def test_fewer_than_two_topics_teach_nothing(examples: dict[str, list[str]]) -> None:
    """No topic and no confidence, so that a person looks at it."""
    assert train(examples).classify(["I cannot sign in", ""]) == [NO_GUESS, NO_GUESS]


@pytest.mark.parametrize(
    "examples",
    [
        {"a": ["one apple"], "b": ["two bananas"]},
        {"a": ["one apple", "red apple"], "b": ["two bananas"]},
        {"a": ["one apple", "red apple"], "b": ["two bananas", "yellow bananas"]},
        {"a": ["!!!", "???"], "b": ["two bananas", "yellow bananas"]},
    ],
)
def test_two_topics_with_a_handful_of_examples_are_enough(examples: dict[str, list[str]]) -> None:
    """Two classes, single examples and examples without a word train without failing and still tell bananas."""
    assert train(examples).classify(["two bananas"])[0].topic == "b"


@pytest.mark.parametrize("examples", [{"a": ["!", "?"], "b": [".", "-"]}, {"a": ["."], "b": ["."]}])
def test_examples_without_any_letter_do_not_break_training(examples: dict[str, list[str]]) -> None:
    """An operator may write them; the service must still start. The answer may be anything but a failure."""
    assert len(train(examples).classify(["hello"])) == 1


@pytest.mark.parametrize("text", ["", " ", "\u200b", "😀", "a" * 100_000, "\n".join(["I cannot sign in"] * 5_000), "密码错误"])
def test_any_text_can_be_classified(text: str) -> None:
    """Empty, foreign or endless: one guess with a confidence from 0 to 1."""
    (guess,) = train(EXAMPLES).classify([text])
    assert 0 <= guess.confidence <= 1


def test_probabilities_add_up_and_a_low_temperature_is_sure() -> None:
    """Softmax over temperature: sums to one however large the scores, flatter with more temperature."""
    scores = np.array([[1.0, 0.0, -1.0], [900.0, 899.0, -900.0]])
    cold, warm = probabilities(scores, 0.05), probabilities(scores, 2)
    assert np.allclose(cold.sum(axis=1), 1)
    assert np.allclose(warm.sum(axis=1), 1)
    assert (cold.max(axis=1) > warm.max(axis=1)).all()
