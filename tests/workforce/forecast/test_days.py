"""A day's forecast from the days before it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mci_router.workforce.forecast.days import Past
from mci_router.workforce.forecast.profiles import SLOTS

NO_HOLIDAYS = np.empty((0, SLOTS))


def past(counts: np.ndarray, holidays: np.ndarray = NO_HOLIDAYS) -> Past:
    """Days whose first is a Monday."""
    return Past(counts, np.arange(len(counts)) % 7, holidays)


def weeks(number: int, *days: float) -> np.ndarray:
    """Weeks, all alike: the contacts of a quarter-hour, from Monday to Sunday."""
    return np.tile(np.repeat(np.array(days, dtype=float)[:, None], SLOTS, axis=1), (number, 1))


@pytest.mark.parametrize(("weekday", "wanted"), [(0, 40), (5, 10), (6, 0)])
def test_a_week_that_repeats_itself(weekday: int, wanted: float) -> None:
    """What was the same for twelve weeks is expected; a closed Sunday borrows nothing from a busy Monday."""
    found = past(weeks(12, 40, 40, 40, 40, 40, 10, 0)).forecast(weekday)
    assert found is not None
    assert found.expected == pytest.approx(wanted)
    assert (found.low <= wanted).all()
    assert (found.high >= wanted).all()


def test_the_level_of_the_last_week() -> None:
    """Half as many again in the last ten days are expected to go on, tomorrow and later, within a twelfth."""
    counts = weeks(8, *[20] * 7)
    counts[-10:] *= 1.5
    of = past(counts)
    for later in (False, True):
        found = of.forecast(0, later=later)
        assert found is not None
        assert 27.5 < found.expected.mean() < 32.5, later


def test_days_that_are_alike_lend_each_other_their_shape() -> None:
    """Where all days are one pattern with noise, the mean of all misses the truth by less than Mondays alone."""
    rng = np.random.default_rng(5)
    truth = 30 + 20 * np.sin(np.linspace(0, 2 * np.pi, SLOTS))
    counts = rng.poisson(np.tile(truth, (84, 1))).astype(float)
    of = past(counts)
    blended, alone = of.forecast(0), of.replay._profiles(0)[0]
    assert blended is not None
    assert np.abs(blended.expected - truth).mean() < np.abs(alone - truth).mean()


def test_holidays() -> None:
    """A holiday is as those before it; where there was none, as a Sunday."""
    counts = weeks(8, *[40] * 6, 5)
    as_sunday, known = past(counts).forecast(2, holiday=True), past(counts, np.full((2, SLOTS), 17.0))
    as_before = known.forecast(2, holiday=True)
    assert as_sunday is not None
    assert as_sunday.expected == pytest.approx(5)
    assert as_before is not None
    assert as_before.expected == pytest.approx(17)


def test_a_marked_day_is_not_learnt_from() -> None:
    """Ten times the contacts on a day that is marked leave no trace."""
    marked = weeks(8, *[20] * 7)
    marked[-7] = np.nan
    found = past(marked).forecast(0)
    assert found is not None
    assert found.expected == pytest.approx(20)


@pytest.mark.parametrize("days", [1, 3, 8])
def test_a_young_queue(days: int) -> None:
    """A few days are enough for a forecast, by the days that there are."""
    found = past(np.full((days, SLOTS), 12.0)).forecast(days % 7)
    assert found is not None
    assert found.expected == pytest.approx(12)


def test_nothing_is_known() -> None:
    """Of what nobody has seen there is no forecast, rather than one of nought."""
    assert past(np.full((9, SLOTS), np.nan)).forecast(3) is None


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 400), st.floats(0.01, 5), st.integers(1, 40), st.integers(0, 6))
def test_any_past(seed: int, most: float, spread: float, days: int, weekday: int) -> None:
    """Whatever came: nought ≤ low ≤ high, and no figure is missing."""
    rng = np.random.default_rng(seed)
    means = rng.uniform(0, most + 1e-6, (days, SLOTS))
    found = past(rng.negative_binomial(1 / spread, 1 / (1 + spread * means)).astype(float)).forecast(weekday)
    assert found is not None
    assert (found.low >= 0).all()
    assert (found.low <= found.high).all()
    assert np.isfinite(found.expected).all()
    assert (found.expected >= 0).all()
