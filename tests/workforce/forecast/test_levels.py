"""Levels: forecasts follow growth and steps, are right on average, and are not carried away by a single day.

Each day is forecast at its midnight from the days before it, as the router does it.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.workforce.forecast.days import Past
from mci_router.workforce.forecast.levels import ALPHA, ETA, LEAST, MOST, PRIOR, Level
from mci_router.workforce.forecast.profiles import SLOTS, Counts

WEEK = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.4, 0.0])  # closed on Sundays
DAY = 1 + np.sin(np.linspace(-1.5, 4.7, SLOTS))


def days(factors: Counts, seed: int | None = None, week: Counts = WEEK, a_day: float = 2_000) -> Counts:
    """Days of a pattern by day and week, times a factor each; with a seed, as they come, in bunches."""
    means: Counts = factors[:, None] * week[np.arange(len(factors)) % 7][:, None] * DAY * a_day / DAY.sum()
    if seed is None:
        return means
    return np.random.default_rng(seed).negative_binomial(1 / 0.05, 1 / (1 + 0.05 * means)).astype(float)


def past(counts: Counts) -> Past:
    """Days whose first is a Monday."""
    return Past(counts, np.arange(len(counts)) % 7, np.empty((0, SLOTS)))


def said(counts: Counts, first: int) -> Counts:
    """What is forecast of the days from one on, each at its midnight: as the router replays it to correct itself."""
    return past(counts).replay.said[first:]


def bias(expected: Counts, came: Counts) -> float:
    return float(expected.sum() / came.sum() - 1)


def test_a_day_by_hand() -> None:
    """150 come where 100 were expected: r = 200 ÷ 150, and a miss of 50 ÷ (50 + 100)."""
    found = Level().after(150, 150, 100)
    assert found.level == pytest.approx(1 - ALPHA + ALPHA * 4 / 3)
    assert found.correction == pytest.approx(1 + ETA / 3)
    assert found.factor == pytest.approx(found.level * found.correction)
    assert found.said == (100,)
    assert Level().after(100, 100, 100) == Level(1, 1, (100,))


def test_a_day_counts_so_far_and_no_further() -> None:
    """A burst is followed as a day of twice as many, and made good as one of three times as many and a few."""
    found = Level().after(90_000, 5_000, 1_000)
    assert found.level == pytest.approx(1 - ALPHA + ALPHA * 2)
    assert found.correction == pytest.approx(1 + ETA * (2_000 + PRIOR) / (1_000 + PRIOR))


@pytest.mark.parametrize("rate", [1.01, 0.99])
@pytest.mark.parametrize("seed", [1, 2])
def test_growth_and_decline(rate: float, seed: int) -> None:
    """One per cent more, or fewer, each day: over four weeks the forecasts are right on average within two per cent."""
    counts = days(rate ** np.arange(-42.0, 42.0), seed)
    assert abs(bias(said(counts, 56), counts[56:])) < 0.02


def test_a_step_is_followed_within_a_week() -> None:
    """From a Monday on half as many again come: three days after it is believed, and the weeks after are right."""
    counts = days(np.where(np.arange(84) < 56, 1.0, 1.5))
    found = said(counts, 56)
    assert bias(found[:1], counts[56:57]) == pytest.approx(-1 / 3, abs=0.01)
    open_days = [day for day in range(3, 28) if day % 7 != 6]
    off = [bias(found[day], counts[56 + day]) for day in open_days]
    assert max(map(abs, off)) < 0.15
    assert abs(bias(found[3:], counts[59:])) < 0.05


def test_closed_sundays_stay_closed() -> None:
    """However the level moves, a Sunday borrows nothing from the days around it."""
    counts = days(np.where(np.arange(63) < 56, 1.0, 3.0), seed=4)
    assert said(counts, 49)[6::7].max() == 0


@pytest.mark.parametrize("times", [5, 50])
def test_a_single_day_is_not_followed_far(times: int) -> None:
    """A day of five times as many, or fifty: the next one is not doubled, and the next week is lifted by less than three tenths."""
    counts = days(np.ones(64), week=np.ones(7))
    counts[56] *= times
    found = said(counts, 57)
    assert 0 < bias(found[:1], counts[57:58]) < 1
    assert 0 < bias(found, counts[57:]) < 0.3


def test_bursts_are_made_good() -> None:
    """Where one day of twelve brings three times as many, what is expected is right on average within three per cent."""
    of = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        counts = days(np.where(rng.random(84) < 1 / 12, 3.0, 1.0), seed, week=np.ones(7))
        of.append((said(counts, 42), counts[42:]))
    expected, came = (np.concatenate(rows) for rows in zip(*of, strict=True))
    assert abs(bias(expected, came)) < 0.03


def test_nothing_is_known_of_what_comes_later() -> None:
    """What is replayed of a day is what its midnight would have said, from the days before it alone."""
    counts = days(np.linspace(0.6, 1.7, 60), seed=8)
    replayed = said(counts, 0)
    for day in (9, 20, 21, 41, 58):
        forecast = past(counts[:day]).forecast(day % 7)
        assert forecast is not None
        assert forecast.expected == pytest.approx(replayed[day])


def test_days_that_are_not_learnt_from_move_nothing() -> None:
    """A holiday, or a marked day, leaves level and correction as they were."""
    counts = days(np.linspace(1, 2, 30), week=np.ones(7))
    counts[20] = np.nan
    levels = past(counts).replay.levels
    assert levels[21] is levels[20]
    assert levels[20] != levels[19]


@given(st.lists(st.tuples(*[st.floats(0, 1e6)] * 3), max_size=60))
def test_any_days(sums: list[tuple[float, float, float]]) -> None:
    """Whatever came: factors are finite and above nought, and the correction stays within its bounds."""
    level = Level()
    for came, usual, profile in sums:
        level = level.after(came, usual, profile)
        assert 0 < level.factor < np.inf
        assert LEAST <= level.correction <= MOST
        assert len(level.said) <= 7
