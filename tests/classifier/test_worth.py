"""What a guess is worth for what comes: band by band, by guesses on wordings that no example has, and on strangers."""

import numpy as np
import pytest

from mci_router.classifier.fitting import train
from mci_router.classifier.worth import UNTRIED_WORTH, GuessWorth, best_worth, signs_of_guesses

RANDOM = np.random.default_rng(11)
BEGINNING = RANDOM.bit_generator.state


@pytest.fixture(autouse=True)
def the_same_draws() -> None:
    """Whatever ran before."""
    RANDOM.bit_generator.state = BEGINNING


def test_a_worth_is_the_share_that_is_right() -> None:
    """Guesses that are right by a known chance: in each band of worth, that share of new ones is right."""
    chance = RANDOM.uniform(0.02, 0.99, size=20_000)
    signs = np.column_stack([np.log(chance / (1 - chance)), RANDOM.normal(size=20_000)])
    right, nobody = RANDOM.random(20_000) < chance, np.zeros(20_000, dtype=bool)
    worth = best_worth(signs[:10_000], right[:10_000], nobody[:10_000]).of(chance[10_000:], signs[10_000:])
    for low in (0.2, 0.5, 0.8, 0.9):
        band = (worth >= low) & (worth < low + 0.1)
        assert right[10_000:][band].mean() == pytest.approx(worth[band].mean(), abs=0.06)


def test_a_good_top_lends_nothing_to_what_is_below_it() -> None:
    """Of the guesses above the middle nine in ten are right, for the best of them always are; those just above it half
    the time.
    """
    sums = np.sort(RANDOM.uniform(-3, 3, size=4_000))
    right = np.where(sums > 0.6, True, np.where(sums > 0, RANDOM.random(4_000) < 0.5, False))
    worth = best_worth(sums[:, None], right, np.zeros(4_000, dtype=bool))
    assert right[sums > 0].mean() >= 0.89
    assert worth.of(np.zeros(1), np.array([[0.3]]))[0] < 0.75
    assert worth.of(np.zeros(1), np.array([[2.5]]))[0] > 0.95


def test_strangers_count_as_their_share_of_what_comes() -> None:
    """However few or many of their sentences are at hand, a guess as good as theirs is worth as much less."""
    signs = np.concatenate([RANDOM.normal(1, 1, size=(2_000, 1)), RANDOM.normal(0, 1, size=(400, 1))])
    strange = np.arange(2_400) >= 2_000
    right = ~strange & (RANDOM.random(2_400) < 0.9)
    often = np.where(strange, 4, 1)
    few = best_worth(signs, right, strange)
    many = best_worth(np.repeat(signs, often, axis=0), np.repeat(right, often), np.repeat(strange, often))
    asked = np.array([[0.0], [2.0]])
    assert few.of(np.zeros(2), asked) == pytest.approx(many.of(np.zeros(2), asked), abs=0.08)


@pytest.mark.parametrize(("guesses", "right"), [(8, [True, False]), (400, [True, True]), (400, [False, False])])
def test_what_says_nothing_teaches_nothing(guesses: int, right: list[bool]) -> None:
    """Too few guesses, or all of one kind: a guess is worth its own probability."""
    worth = best_worth(RANDOM.normal(size=(guesses, 2)), np.resize(right, guesses), np.zeros(guesses, dtype=bool))
    assert worth == UNTRIED_WORTH
    assert worth.of(np.array([0.7]), np.array([[0.1, 0.2]])).tolist() == [0.7]


def test_words_and_letters_that_disagree_make_a_guess_doubtful() -> None:
    """The sign of accord is below 0 where either of them, by itself, says another topic."""
    shares = np.array([[0.9, 0.1], [0.9, 0.1]])
    both = np.array([[1.0, -1.0, -1.0], [1.0, -1.0, -1.0]])
    words = np.array([[0.5, -0.5, -0.5], [-0.2, 0.3, -0.5]])
    accord = signs_of_guesses(shares, [both], words, np.ones(2))[:, -1]
    assert accord[0] > 0 > accord[1]


def test_a_trade_that_is_the_workspaces_own_says_nothing_of_strangers() -> None:
    """A landlord's help desk: what tenants write is its business, and is not held against its confidence."""
    tenants = {
        "repair": [
            "the lift is stuck",
            "the radiator stays cold",
            "water drips from the ceiling",
            "mould in the bathroom",
            "the door is broken",
        ],
        "rent": [
            "the rent went up",
            "the deposit for the flat",
            "service charges of the flat",
            "is the garage in the rent",
            "rent is due when",
        ],
        "noise": [
            "my neighbour plays the drums",
            "the neighbour is loud at night",
            "a dog barks all night",
            "noise in the yard",
            "party upstairs",
        ],
    }
    (guess,) = train(tenants).classify(["the radiator in my flat stays cold"])
    assert guess.topic == "repair"


def test_what_was_found_survives_json() -> None:
    """To the last digit; what another release wrote is not read as if it were this one's."""
    worth = GuessWorth((0.1, -2.0), 1 / 3, (0.0, 1.0), (0.2, 0.9))
    assert GuessWorth.from_data(worth.as_data()) == worth
    with pytest.raises(KeyError):
        GuessWorth.from_data({"weights": []})
