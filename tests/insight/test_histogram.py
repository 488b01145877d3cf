"""Histograms of durations: quantiles within 5 %, and sums that are exact."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from mci_router.insight.histogram import ERROR, bucket, counts, packed, quantiles_s

durations = st.lists(st.integers(1, 400_000_000), min_size=1, max_size=60)


def histogram(ms: list[int]) -> dict[int, int]:
    return counts(packed(bucket(one), 1) for one in ms)


@given(ms=durations)
def test_a_quantile_is_within_five_percent(ms: list[int]) -> None:
    """Of the duration that this share of them does not exceed, from a millisecond to days."""
    shares = (0.5, 0.9, 0.99)
    for share, found in zip(shares, quantiles_s(histogram(ms), shares), strict=True):
        exact = sorted(ms)[ceil(share * len(ms)) - 1] / 1000
        assert found is not None
        assert abs(found - exact) <= ERROR * exact * 1.000001


@given(ms=durations, others=durations)
def test_histograms_add_up_and_what_is_taken_back_is_gone(ms: list[int], others: list[int]) -> None:
    """In any order, whatever came first."""
    added = [packed(bucket(one), 1) for one in [*ms, *others]]
    assert counts([packed(bucket(one), -1) for one in others] + added) == histogram(ms)


def test_nothing_has_no_quantile_and_no_wait_is_no_time() -> None:
    """Who is answered at once has waited for 0 s."""
    assert quantiles_s({}, (0.5, 0.9)) == [None, None]
    assert quantiles_s(histogram([0, 0, 1000]), (0.5,)) == [0]
