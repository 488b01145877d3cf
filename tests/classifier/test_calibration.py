"""Confidence means something: probabilities add up, temperature is found again, thresholds keep what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.classifier.calibration import (
    Band,
    Learnt,
    best_temperature,
    calibration_error,
    covered,
    log_sigmoid,
    probabilities,
    thresholds_of,
)
from mci_router.classifier.scope import KEPT, TopicScope, best_scope
from mci_router.classifier.thresholds import Certainty, Thresholds
from mci_router.classifier.worth import GuessWorth

RANDOM = np.random.default_rng(7)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


def test_probabilities_add_up_and_a_low_temperature_is_sure() -> None:
    """Softmax over temperature: sums to one however large the scores, flatter with more temperature."""
    scores = np.array([[1.0, 0.0, -1.0], [900.0, 899.0, -900.0]])
    cold, warm = probabilities(scores, 0.05), probabilities(scores, 2)
    assert np.allclose(cold.sum(axis=1), 1)
    assert np.allclose(warm.sum(axis=1), 1)
    assert (cold.max(axis=1) > warm.max(axis=1)).all()


def test_log_sigmoid_stays_finite() -> None:
    """Scores of any size."""
    assert np.allclose(log_sigmoid(np.array([-1e6, 0.0, 1e6])), [-1e6, -np.log(2), 0.0])


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.5])
def test_the_temperature_is_found_again(temperature: float) -> None:
    """Classes drawn by the probabilities of a temperature: that one, within the grid and chance, makes them likeliest."""
    scores = RANDOM.normal(size=(4_000, 5))
    shares = probabilities(scores, temperature)
    places = np.array([RANDOM.choice(5, p=row) for row in shares])
    assert best_temperature(scores, places) == pytest.approx(temperature, rel=0.25)


def test_calibration_error_is_the_mean_gap() -> None:
    """None where 70 % are right at a confidence of 0.7; 0.2 where half are; counted bin by bin, so gaps do not cancel
    out.
    """
    assert calibration_error([0.7] * 10, [True] * 7 + [False] * 3) == pytest.approx(0)
    assert calibration_error([0.7] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.2)
    assert calibration_error([0.9] * 10 + [0.5] * 10, [True] * 5 + [False] * 5 + [True] * 9 + [False]) == pytest.approx(
        0.4
    )
    assert calibration_error([], []) == 0


@given(ANSWERS)
def test_what_is_covered_is_right_enough(answers: list[tuple[float, bool]]) -> None:
    """At and above the confidence that is found, 95 % are right; the covered share is what stands there."""
    confidences, right = [confidence for confidence, _ in answers], [hit for _, hit in answers]
    bar, share = covered(confidences, right)
    above = [hit for confidence, hit in answers if confidence >= bar]
    assert share == 0 or (len(above) == pytest.approx(share * len(answers)) and sum(above) >= 0.95 * len(above))


def test_nothing_is_covered_where_nothing_is_right() -> None:
    """Then no confidence is enough."""
    assert covered([0.9, 0.8], [False, False])[1] == 0


def test_thresholds_act_suggest_and_ask() -> None:
    """At a threshold counts as above it; without a topic there is none, and what hardly says anything is at most
    suggested.
    """
    thresholds = Thresholds(act=0.7, suggest=0.3)
    assert thresholds.of("a", 0.7, terse=False) is Certainty.ACT
    assert thresholds.of("a", 0.7, terse=True) is Certainty.SUGGEST
    assert thresholds.of("a", 0.2, terse=True) is thresholds.of(None, 0.9, terse=False) is Certainty.ASK
    told = [thresholds.certainty(confidence) for confidence in (0.71, 0.7, 0.69, 0.3, 0.29, 0.0)]
    assert told == [Certainty.ACT, Certainty.ACT, Certainty.SUGGEST, Certainty.SUGGEST, Certainty.ASK, Certainty.ASK]


@given(ANSWERS)
def test_thresholds_are_in_order(answers: list[tuple[float, bool]]) -> None:
    """What may be acted on may be suggested; with few answers the defaults hold.

    Acting begins at the same confidence everywhere.
    """
    found = thresholds_of([confidence for confidence, _ in answers])
    assert 0 <= found.suggest <= found.act == Thresholds().act
    assert len(answers) >= 30 or found == Thresholds()


def test_the_scope_keeps_what_it_promises() -> None:
    """Of held-back examples it keeps the share set, and refuses what lies apart; what it found survives JSON."""
    inside = np.concatenate(
        [RANDOM.normal([0.5, -0.9, 0.9], 0.3, size=(900, 3)), RANDOM.normal([-0.5, 0.5, 0.2], 0.3, size=(200, 3))]
    )
    labels = np.arange(1_100) < 900
    scope = best_scope(inside, labels)
    assert scope.includes(inside[labels]).mean() == pytest.approx(KEPT, abs=0.005)
    assert scope.includes(inside[~labels]).mean() < 0.1
    assert scope.probability(inside[labels]).mean() > 0.9 > 0.5 > scope.probability(inside[~labels]).mean()
    assert TopicScope.from_data(scope.as_data()) == scope


def test_without_anything_foreign_the_better_fit_decides() -> None:
    """No sentence of none of these is left: a text is in scope where its topic fits better than none of these."""
    signs = np.array([[0.2, -0.5, 1.0], [-0.8, -0.1, 0.1]])
    assert best_scope(signs, np.array([True, True])).includes(signs).tolist() == [True, False]


def test_what_was_learnt_survives_json() -> None:
    """All of it, to the last digit."""
    worth = GuessWorth((1.5, -1 / 3), 0.1, (-1.0, 0.1 + 0.2), (0.5, 0.9))
    curves = {"examples": (Band(0.8, 0.9, 12, 2 / 3),), "what_comes": ()}
    scope = TopicScope((1.5, -2.0, 1 / 3), 0.1, -0.2)
    learnt = Learnt(0.1, Thresholds(0.8, 0.1 + 0.2), {"accuracy": 0.95}, scope, (0.1, 0.7), worth, curves)
    assert Learnt.from_data(learnt.as_data()) == learnt


def test_what_another_release_learnt_is_not_taken_for_this_ones() -> None:
    """Without a worth it cannot be read, so that the model is made again."""
    data = Learnt(0.1).as_data()
    del data["worth"]
    with pytest.raises(KeyError):
        Learnt.from_data(data)
