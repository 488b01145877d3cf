"""The gate: what may take the live model's place, and what may not, with the reason in numbers."""

from collections.abc import Mapping

import numpy as np
import pytest

from mci_router.classifier import gate
from mci_router.classifier.gate import HeldOutExample, Score
from mci_router.classifier.guess import NO_GUESS, Guess, Topics
from tests.support.rows import every

TOPICS = ("fraud", "sign_in")


def guess(topic: str, share: float = 0.9) -> Guess:
    """A guess that gives one topic this share, and the other the rest."""
    shares = np.array([share if name == topic else 1 - share for name in TOPICS])
    return Guess(topic, share, ((topic, share),), shares, Topics(TOPICS))


def scored(**right: tuple[int, int]) -> Score:
    """So many right of so many held-out examples, by topic; fraud is sensitive, and caught where it is right."""
    answers: Mapping[HeldOutExample, bool] = {
        HeldOutExample(topic, f"{topic} {i}"): i < hits for topic, (hits, asked) in right.items() for i in range(asked)
    }
    return Score(answers, {held: hit for held, hit in answers.items() if held.topic == "fraud"})


def test_a_fifth_of_each_topic_is_set_aside_always_the_same() -> None:
    """Rounded up, without regard to the order of the examples; none of a topic with fewer than five."""
    texts = [f"text {i}" for i in range(11)]
    aside = gate.set_aside({"a": texts, "thin": texts[:4]})
    assert [held.topic for held in aside] == ["a", "a", "a"]
    assert gate.set_aside({"a": texts[::-1] + texts}) == aside
    hashes = sorted(map(gate.fingerprint, texts))
    assert [gate.fingerprint(held.text) for held in aside] == hashes[:3]


def test_the_holdout_keeps_what_a_topic_lost_and_drops_what_changed_hands() -> None:
    """A topic cannot lose what it was good at unnoticed; an example that an operator gives to another topic is no test
    any more.
    """
    holdout = [
        HeldOutExample("a", "kept"),
        HeldOutExample("a", "lost"),
        HeldOutExample("a", "moved"),
        HeldOutExample("gone", "left"),
    ]
    assert gate.outdated(holdout, {"a": ["kept"], "b": ["moved"]}) == [
        HeldOutExample("a", "moved"),
        HeldOutExample("gone", "left"),
    ]


def test_a_twin_learns_from_everything_else() -> None:
    """Also where a correction has the same words as a held-out example."""
    assert gate.without({"a": ["x", "y"], "b": ["y"]}, [HeldOutExample("a", "y")]) == {"a": ("x",)}


def test_what_is_sensitive_counts_by_the_sum_of_probabilities() -> None:
    """As triage itself decides, not by the likeliest topic."""
    holdout = [HeldOutExample("fraud", "a"), HeldOutExample("fraud", "b"), HeldOutExample("sign_in", "c")]
    found = gate.score([guess("sign_in", 0.75), guess("sign_in", 0.9), guess("sign_in")], holdout, {"fraud"}, 0.2)
    assert list(found.right.values()) == [False, False, True]
    assert list(found.caught.values()) == [True, False]
    assert found.accuracy == pytest.approx(1 / 3)
    assert found.sensitive_recall == 0.5


@every(
    ("before", "after", "passed"),
    [
        ({"a": (90, 100)}, {"a": (90, 100)}, True),
        ({"a": (90, 100)}, {"a": (88, 100)}, True),  # two points
        ({"a": (90, 100)}, {"a": (87, 100)}, False),
        ({"a": (4, 4)}, {"a": (3, 4)}, True),  # one example
        ({"a": (4, 4)}, {"a": (2, 4)}, False),
        ({"a": (8, 10), "b": (150, 200)}, {"a": (6, 10), "b": (152, 200)}, True),  # twenty points of one topic
        ({"a": (8, 10), "b": (150, 200)}, {"a": (5, 10), "b": (153, 200)}, False),
        ({"a": (4, 4), "b": (150, 200)}, {"a": (1, 4), "b": (153, 200)}, True),  # too few to tell
        (
            {"fraud": (10, 10), "b": (150, 200)},
            {"fraud": (9, 10), "b": (160, 200)},
            False,
        ),  # not a single sensitive one
        ({"fraud": (9, 10), "b": (150, 200)}, {"fraud": (10, 10), "b": (150, 200)}, True),
        ({}, {}, True),
    ],
)
def test_a_candidate_must_not_lose(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]], passed: bool
) -> None:
    """Two points of accuracy or one example, twenty points of a topic, nothing of what is sensitive."""
    assert gate.compare(scored(**after), scored(**before)).passed is passed


def test_the_reasons_are_in_words_and_numbers() -> None:
    """All of them, so that one who mends the first does not meet the next afterwards."""
    judgement = gate.compare(scored(fraud=(5, 10), b=(90, 100)), scored(fraud=(10, 10), b=(90, 100)))
    assert judgement.reasons == (
        "accuracy on 110 held-out examples falls from 90.9 % to 86.4 %",
        "recall of fraud on 10 held-out examples falls from 100.0 % to 50.0 %",
        "of 10 held-out sensitive examples 5 are found to be sensitive, 10 before",
    )


@pytest.mark.parametrize(
    ("guesses", "reason"),
    [
        ([guess("fraud", float("nan")), guess("sign_in")], "not finite"),
        ([guess("fraud", 1.4), guess("sign_in")], "not finite"),
        ([NO_GUESS, NO_GUESS], "not finite"),
        ([guess("fraud"), guess("fraud")], "the same of every text"),
        ([guess("sign_in"), guess("fraud")], "0.0 % of its own examples right"),
    ],
)
def test_an_unsound_model_is_found_out(guesses: list[Guess], reason: str) -> None:
    """Probabilities that are none, one answer for everything, or its own examples wrong."""
    judgement = gate.self_check(guesses, [HeldOutExample("fraud", "a"), HeldOutExample("sign_in", "b")])
    assert not judgement.passed
    assert reason in judgement.reasons[0]


def test_a_sound_model_passes_its_own_check() -> None:
    """Nine in ten of its own examples are enough."""
    own = [HeldOutExample("fraud", str(i)) for i in range(9)] + [HeldOutExample("sign_in", "x")] * 2
    guesses = [guess("fraud")] * 9 + [guess("sign_in"), guess("fraud")]
    assert gate.self_check(guesses, own).passed
