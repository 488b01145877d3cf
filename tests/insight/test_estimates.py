"""Estimates: intervals against figures that others have published, and against chance itself."""

import random

import pytest

from mci_router.insight.estimates import Estimate, difference, mean_of, rate_of, share_of
from tests.support.rows import every


def shares(part: int, n: int) -> Estimate:
    found = share_of(part, n)
    assert found
    return found


@every(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_the_difference_of_shares_is_newcombes(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Of method 10 in the paper's table of examples (R. G. Newcombe, Statistics in Medicine 17, 1998, 873-890)."""
    change = difference(shares(*now), shares(*before))
    assert (change.low, change.high) == pytest.approx((low, high), abs=0.0001)
    assert change.beyond_chance == (low > 0)


def test_a_rate_has_the_score_interval_of_a_count() -> None:
    """Four over two hours: (4 + 1.92 ± 1.96 √(4 + 0.96)) ÷ 2, by hand; and none of nothing still says at most how many."""
    four = rate_of(4, 2)
    assert four
    assert (four.figure, four.n) == (2, 4)
    assert (four.low, four.high) == pytest.approx((0.7778, 5.1429), abs=0.0002)
    nothing = rate_of(0, 2)
    assert nothing
    assert nothing.low == 0
    assert nothing.high == pytest.approx(1.9207, abs=0.0002)
    assert rate_of(4, 0) is None


def test_a_mean_has_its_interval() -> None:
    """300 s ± 1.96 · 60 / √99 of a hundred with a variance of 3,600; one alone says nothing of the others."""
    hundred = mean_of(300, 3_600, 100)
    assert hundred
    assert (hundred.low, hundred.high) == pytest.approx((288.181, 311.819), abs=0.001)
    one = mean_of(300, 0, 1)
    assert one
    assert (one.low, one.high) == (0, float("inf"))
    assert mean_of(0, 0, 0) is None


def test_what_has_not_changed_is_rarely_called_changed() -> None:
    """Of 2,000 pairs of skewed means that are the same, about one in twenty; and nearly all that are another."""
    draw = random.Random(7)  # noqa: S311 — no secret

    def mean(of: float) -> Estimate:
        seconds = [draw.lognormvariate(0, 0.8) * of for _ in range(60)]
        middle = sum(seconds) / len(seconds)
        found = mean_of(middle, sum((one - middle) ** 2 for one in seconds) / len(seconds), len(seconds))
        assert found
        return found

    called = sum(difference(mean(300), mean(300)).beyond_chance for _ in range(2_000))
    assert 50 <= called <= 150
    assert sum(difference(mean(300), mean(600)).beyond_chance for _ in range(200)) >= 190
