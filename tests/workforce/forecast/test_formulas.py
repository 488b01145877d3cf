"""The small formulas, by hand: the correction within a day, handle times, and how far forecasts were true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.workforce.forecast.accuracy import Missed
from mci_router.workforce.forecast.handle_times import ASSUMED_S, handle_times
from mci_router.workforce.forecast.intraday import factor
from mci_router.workforce.forecast.profiles import SLOTS


def test_the_factor_by_hand() -> None:
    """Of 100 expected 150 came: with k = 50, half as many again are believed to be (50 + 150) ÷ (50 + 100) as many."""
    assert factor(100, 150) == pytest.approx(4 / 3)
    assert factor(0, 0) == 1


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e3))
def test_the_factor_lies_between_one_and_what_came(forecast: float, actual: float, k: float) -> None:
    """It goes the way that the day goes, and never further."""
    found, ratio = factor(forecast, actual, k), actual / forecast if forecast else 1.0
    low, high = sorted((1.0, ratio)) if forecast else (1.0, (k + actual) / k)
    assert low - 1e-9 <= found <= high + 1e-9


def test_how_far_a_forecast_was_true_by_hand() -> None:
    """Expected 10, 20 and 30; 12, 15 and 33 came: 2 + 5 + 3 of 60 missed, as many expected as came, two in the band."""
    came, low = np.array([12.0, 15.0, 33.0]), np.array([8.0, 16.0, 25.0])
    found = Missed.of(np.array([10.0, 20.0, 30.0]), came, low, np.array([13.0, 24.0, 35.0]))
    assert (found.wape(), found.bias(), found.share_inside()) == pytest.approx((10 / 60, 0, 2 / 3))
    twice = Missed.sum([found, Missed.of(np.array([90.0]), np.array([60.0]), np.array([0.0]), np.array([70.0]))])
    assert (twice.wape(), twice.bias(), twice.quarters) == pytest.approx((40 / 120, 30 / 120, 4))


def test_nothing_is_not_measured() -> None:
    """Where nothing was forecast, or nothing came, there is no error in per cent."""
    assert (Missed().wape(), Missed().bias(), Missed().share_inside()) == (None, None, None)
    assert Missed(expected=3.0, came=0, missed=3.0, quarters=4).wape() is None


def test_handle_times_by_hand() -> None:
    """Eighty handled of 100 s on Mondays, 200 s on other days: each slot is shrunk to the mean by twenty contacts."""
    weekdays = np.arange(14) % 7
    handled = np.where(weekdays == 0, 80.0, 10.0)[:, None] * np.ones(SLOTS)
    seconds = handled * np.where(weekdays == 0, 100.0, 200.0)[:, None]
    mean = (2 * 80 * 100 + 12 * 10 * 200) / (2 * 80 + 12 * 10)
    found = handle_times(handled, seconds, weekdays, 0, None)
    assert found.seconds == pytest.approx((80 * 100 + 20 * mean) / 100)
    assert found.of == (2 * 80 + 12 * 10) * SLOTS


def test_handle_times_where_there_is_little() -> None:
    """A slot without contacts has the mean of all; a queue without any that of its channel, and says so."""
    handled, weekdays = np.zeros((7, SLOTS)), np.arange(7)
    assert handle_times(handled, handled, weekdays, 0, 240.0).seconds == pytest.approx(240)
    assert handle_times(handled, handled, weekdays, 0, None).seconds == pytest.approx(ASSUMED_S)
    assert handle_times(handled, handled, weekdays, 0, 240.0).of == 0
    handled[3, 40] = 1
    assert handle_times(handled, handled * 90, weekdays, 0, 240.0).seconds == pytest.approx(90)
