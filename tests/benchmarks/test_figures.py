"""Figures of the benchmarks: medians, ranges, ratios, percentiles, and whether a bar is met."""

import pytest
from benchmarks.engine_floor import Figure
from benchmarks.side_by_side.engine import of
from benchmarks.side_by_side.figures import Spread, at_least, at_most, percentile, ratios, spread
from benchmarks.side_by_side.page import plot, table
from benchmarks.side_by_side.short import verdict


def test_a_spread_is_the_median_and_the_range() -> None:
    assert spread([3.0, 1.0, 10.0]) == Spread(3, 1, 10)


def test_ratios_are_of_neighbouring_rounds() -> None:
    """A slow moment of the machine slows both neighbours, and leaves their ratio alone."""
    assert ratios([100, 10, 90], [200, 20, 180]) == Spread(0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (0.999, 100), (1, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.99) == 7


def test_a_bar_is_met_at_it_and_on_its_better_side() -> None:
    assert at_least("rate", spread([1.0]), 1).met
    assert not at_least("rate", spread([0.99]), 1).met
    assert at_most("tail", spread([1.2]), 1.2).met
    assert not at_most("tail", spread([1.21]), 1.2).met


def test_the_engines_figures_become_rows() -> None:
    """Each with its bar, on the side that is better."""
    shares, grown, size = of(
        [
            Figure("share", [0.3, 0.5, 0.5], "×", 0.4, 0.6, True),
            Figure("growth", [1.6], "×", 1.5, 1.2),
            Figure("bytes", [700.0], "B", 1_024, 512),
        ]
    )
    assert (shares.figure, shares.bar, shares.met) == ("0.50 (0.30–0.50) ×", "≥ 0.4 ×", True)
    assert (grown.bar, grown.stretch, grown.met) == ("≤ 1.5 ×", "1.2 ×", False)
    assert (size.figure, size.met) == ("700 B", True)


def test_the_page_says_which_bar_is_not_met_and_draws_it() -> None:
    rows = [at_least("more & more", spread([2.0]), 1, 1.5), at_most("less", spread([4.0]), 2)]
    lines = list(table(rows))
    assert lines[2] == "| more & more | 2.00 × | ≥ 1 × | yes | 1.5 × |  |"
    assert "| ≤ 2 × | **no** |" in lines[3]
    assert plot(rows).count("<rect x") == 2
    assert "more &amp; more" in plot(rows)


def test_a_rise_of_more_than_a_fifth_fails_the_short_form() -> None:
    assert verdict(2.4, kept=2.0) is None
    assert "25 % more than the 2.00 × kept" in str(verdict(2.5, kept=2.0))
