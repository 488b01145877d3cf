"""High volume is measured: the fewest topics that make up the share, and none flaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.vocabulary import Volume
from mci_router.volume.classes import Classed, VolumeRules, classify

RULES = VolumeRules(share=0.8, leave_share=0.9, floor=5)
LONG_AGO = Classed(Volume.HIGH, since=0)


def high(rates: dict[str, int], before: tuple[str, ...] = (), share: float = 0.8, floor: int = 1) -> set[str]:
    rules = VolumeRules(share=share, leave_share=0.9, floor=floor)
    classes = classify(rates, rules, before=dict.fromkeys(before, LONG_AGO), now=1e9)
    return {topic for topic, volume in classes.items() if volume is Volume.HIGH}


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"a": 80, "b": 20}, {"a"}),
        ({"a": 79, "b": 21}, {"a", "b"}),
        ({"a": 50, "b": 30, "c": 20}, {"a", "b"}),
        ({"a": 50, "b": 29, "c": 21}, {"a", "b", "c"}),
        ({"a": 10}, {"a"}),
        ({"a": 25, "b": 25, "c": 25, "d": 25}, {"a", "b", "c", "d"}),
        ({"b": 20, "a": 20, "c": 20, "d": 20, "e": 20}, {"a", "b", "c", "d"}),
    ],
)
def test_high_volume_topics_are_the_fewest_that_make_up_the_share(rates: dict[str, int], expected: set[str]) -> None:
    """Counted from the largest; equal ones in the order of their names, so that all processes agree."""
    assert high(rates) == expected


def test_below_the_floor_nothing_is_classed_and_nothing_loses_its_class() -> None:
    """Few contacts say nothing about shares: topics keep their expected volume, or what was measured in a busier hour."""
    rules = VolumeRules(share=0.8, leave_share=0.9, floor=100)
    assert classify({"a": 99}, rules, before={}, now=0) == {}
    assert classify({"a": 100}, rules, before={}, now=0) == {"a": Volume.HIGH}
    assert classify({}, rules, before={"a": LONG_AGO}, now=1e9) == {"a": Volume.HIGH}


def test_a_topic_that_nobody_asks_about_any_more_is_low_volume() -> None:
    """It is compared with the others, not forgotten."""
    assert classify({"b": 100}, RULES, before={"a": LONG_AGO}, now=1e9) == {"a": Volume.LOW, "b": Volume.HIGH}


def test_a_volume_is_kept_for_the_minimum_stay() -> None:
    """Whatever the shares say meanwhile, in either direction."""
    rules = VolumeRules(share=0.8, leave_share=0.9, floor=1, minimum_stay_s=1_800)
    before = {"a": Classed(Volume.LOW, since=1_000), "b": Classed(Volume.HIGH, since=1_000)}
    for now, expected in ((2_799, (Volume.LOW, Volume.HIGH)), (2_800, (Volume.HIGH, Volume.LOW))):
        classes = classify({"a": 99, "b": 1}, rules, before=before, now=now)
        assert (classes["a"], classes["b"]) == expected


def test_shares_may_be_of_handle_time() -> None:
    """Few long contacts outweigh many short ones; a topic without a handle time counts with the mean of the others."""
    rates = {"short": 60, "long": 30, "new": 10}
    assert classify(rates, RULES, before={}, now=0) == {"short": Volume.HIGH, "long": Volume.HIGH, "new": Volume.LOW}
    weighed = classify(rates, RULES, before={}, handle_times_s={"short": 30, "long": 900}, now=0)
    assert weighed == {"long": Volume.HIGH, "new": Volume.LOW, "short": Volume.LOW}
    assert classify(rates, RULES, before={}, handle_times_s={"other": 5}, now=0) == classify(
        rates, RULES, before={}, now=0
    )


def test_a_topic_leaves_later_than_it_enters() -> None:
    """At a share of 80 %, the topic that begins at 85 % stays if it was high and does not enter if it was not; at 90 %
    it leaves.
    """
    rates = {"a": 85, "b": 10, "c": 5}
    assert high(rates) == {"a"}
    assert high(rates, before=("b",)) == {"a", "b"}
    assert high({"a": 90, "b": 7, "c": 3}, before=("a", "b")) == {"a"}


def test_a_share_that_wavers_around_the_line_does_not_flap() -> None:
    """Once in, a topic stays in through a swing of ten points around its line."""
    before: tuple[str, ...] = ()
    told = []
    for first in (79, 81, 83, 78, 85, 80, 89):
        before = tuple(high({"a": first, "b": 100 - first}, before=before))
        told.append("b" in before)
    assert told == [True] * 7


rates_of_topics = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 500), min_size=1)


@given(rates_of_topics, st.floats(0.05, 0.95))
def test_the_set_makes_up_the_share_and_no_smaller_one_does(rates: dict[str, int], share: float) -> None:
    """Of any rates: the high ones reach the share, and without the smallest of them they would not."""
    chosen = high(rates, share=share)
    total = sum(rates.values())
    made_up = sum(rates[topic] for topic in chosen)
    assert made_up / total >= share - 1e-9
    assert (made_up - min(rates[topic] for topic in chosen)) / total < share
    assert min(rates[topic] for topic in chosen) >= max((rates[topic] for topic in set(rates) - chosen), default=0)
