"""Profiles, worked out by hand, and what holds for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.workforce.forecast.profiles import SLOTS, ewma, mean, smoothed, without_bursts


def test_the_mean_by_hand() -> None:
    """Ten, twenty and thirty contacts on three Mondays: 10, then 0.3 · 20 + 0.7 · 10 = 13, then 0.3 · 30 + 0.7 · 13."""
    mondays = np.array([[10.0, 4.0], [20.0, np.nan], [30.0, 8.0]])
    assert ewma(mondays) == pytest.approx([18.1, 0.3 * 8 + 0.7 * 4])


def test_what_is_not_known_stays_so() -> None:
    """A slot of which no day knows anything has no mean, and takes its neighbours' where it is smoothed."""
    rows = np.array([[np.nan, 6.0, 9.0, np.nan, np.nan, np.nan, np.nan]])
    assert np.isnan(ewma(rows)[0])
    assert np.isnan(mean(rows)[0])
    assert smoothed(ewma(rows))[:5] == pytest.approx([7.5, 7.5, 7.5, 7.5, 9])
    assert np.isnan(smoothed(ewma(rows))[5:]).all()


def test_smoothing_by_hand() -> None:
    """Over five slots; at the ends over the three or four that there are."""
    assert smoothed(np.array([10.0, 0, 0, 0, 20, 0])) == pytest.approx([10 / 3, 2.5, 6, 4, 5, 20 / 3])


def test_a_burst_counts_as_five_times_the_usual() -> None:
    """Of 1,000 contacts where four are usual, 5 · 4 + 3 · √4 + 3 = 29 are learnt; a usual day is learnt as it was."""
    rows = np.full((10, SLOTS), 4.0)
    rows[-1, 40] = 1_000
    cut = without_bursts(rows)
    assert cut[-1, 40] == pytest.approx(29)
    assert np.delete(cut.ravel(), 9 * SLOTS + 40) == pytest.approx(4)


def test_a_day_is_not_cut_by_what_comes_later() -> None:
    """A queue that has become ten times as busy for good is learnt as it is, once that is usual."""
    rows = np.concatenate([np.full((20, SLOTS), 4.0), np.full((40, SLOTS), 40.0)])
    assert without_bursts(rows)[-1] == pytest.approx(40)
    assert without_bursts(rows)[10] == pytest.approx(4)


@given(st.integers(0, 2**32), st.integers(0, 500), st.floats(0.1, 50))
def test_scale(seed: int, most: int, by: float) -> None:
    """Twice the contacts have twice the mean, and no mean leaves the range of what was."""
    rows = np.random.default_rng(seed).integers(0, most, (6, SLOTS), endpoint=True).astype(float)
    assert smoothed(ewma(rows * by)) == pytest.approx(by * smoothed(ewma(rows)))
    found = smoothed(ewma(rows))
    assert (found >= rows.min() - 1e-9).all()
    assert (found <= rows.max() + 1e-9).all()
