"""Evenness, by hand: 0 where all have handled the same, near 1 where one has handled all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.insight.evenness import Evenness
from tests.support.rows import every


@every(
    ("handled", "gini", "most_to_mean"),
    [
        ([], None, None),
        ([0, 0], None, None),
        ([7], 0, 1),
        ([5, 5, 5], 0, 1),
        ([0, 10], 0.5, 2),
        ([0, 0, 0, 12], 0.75, 4),
        # sorted 1, 2, 3, 4: 2 · (1 + 4 + 9 + 16) ÷ (4 · 10) − 5 ÷ 4
        ([4, 2, 3, 1], 0.25, 1.6),
    ],
)
def test_by_hand(handled: list[int], gini: float | None, most_to_mean: float | None) -> None:
    """The formulas of the measures' page."""
    shown = Evenness(handled)
    assert shown.gini() == (None if gini is None else pytest.approx(gini))
    assert shown.most_to_mean() == (None if most_to_mean is None else pytest.approx(most_to_mean))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(1, 9))
def test_only_the_shares_count(handled: list[int], times: int) -> None:
    """However much there is, and in whatever order: the figure lies between 0 and 1."""
    one, other = Evenness(handled).gini(), Evenness([times * each for each in reversed(handled)]).gini()
    assert (one is None) == (sum(handled) == 0)
    if one is not None:
        assert other == pytest.approx(one)
        assert -1e-9 <= one < 1
