"""Bands: they hold the share that they promise, whatever the dispersion, and are in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.workforce.forecast.bands import ASSUMED, band, cumulated, dispersion_of, dispersions, inside
from mci_router.workforce.forecast.profiles import SLOTS

MEANS, SPREADS = st.floats(0, 2_000), st.floats(1e-3, 10)


@given(st.integers(-1, 3_000), MEANS, SPREADS)
def test_the_distribution_is_scipys(count: int, mean: float, spread: float) -> None:
    """By the incomplete beta function, the same as the negative binomial distribution of another library."""
    from scipy.stats import nbinom  # half a second, in each process that collects tests

    r = 1 / spread
    wanted = nbinom.cdf(count, r, r / (r + max(mean, 1e-9)))
    assert cumulated(np.array([float(count)]), np.array([mean]), spread)[0] == pytest.approx(wanted, abs=1e-9)


@given(MEANS, SPREADS, st.integers(0, 5_000))
def test_order(mean: float, spread: float, count: int) -> None:
    """Nought ≤ low ≤ high, both whole; a count is inside if, and only if, it lies between them."""
    means = np.array([mean])
    low, high = band(means, np.array([spread]))
    assert 0 <= low[0] <= high[0]
    assert (low[0] % 1, high[0] % 1) == (0, 0)
    assert inside(np.array([float(count)]), means, spread)[0] == (low[0] <= count <= high[0])


@given(MEANS, SPREADS)
def test_more_spread_is_no_higher_a_low(mean: float, spread: float) -> None:
    """The lower bound falls where customers come in larger bunches."""
    means = np.array([mean])
    assert band(means, np.array([2 * spread]))[0][0] <= band(means, np.array([spread]))[0][0]


@pytest.mark.parametrize("spread", [0.02, 0.2, 1.0])
def test_eight_of_ten_lie_in_the_band(spread: float) -> None:
    """With the dispersion found on four weeks, the next four weeks' counts lie in their bands as often as promised."""
    rng = np.random.default_rng(7)
    means = np.tile(60 + 50 * np.sin(np.linspace(0, 2 * np.pi, SLOTS)), (28, 1))
    drawn = rng.negative_binomial(1 / spread, 1 / (1 + spread * means), size=(2, *means.shape)).astype(float)
    found = dispersions(drawn[0], means)
    assert found.mean() == pytest.approx(spread, rel=0.3)
    assert 0.77 <= inside(drawn[1], means, found).mean() <= 0.85


def test_a_night_spreads_otherwise_than_a_morning() -> None:
    """Each part of the day has its own dispersion."""
    rng = np.random.default_rng(3)
    means, spread = np.full((28, SLOTS), 50.0), np.repeat([1.0, 0.01], SLOTS // 2)
    found = dispersions(rng.negative_binomial(1 / spread, 1 / (1 + spread * means)).astype(float), means)
    assert len(set(found)) > 2
    assert found[: SLOTS // 2].min() > 10 * found[SLOTS // 2 :].max()


def test_without_days_to_judge_by() -> None:
    """A dispersion is assumed while there are fewer than three days of a part of the day."""
    assert dispersions(np.empty((0, SLOTS)), np.empty((0, SLOTS))) == pytest.approx(ASSUMED)
    unknown = np.full((9, SLOTS), np.nan)
    assert dispersion_of(unknown, np.ones((9, SLOTS)), 0.5) == 0.5
