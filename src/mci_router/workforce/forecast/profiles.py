"""Profiles: what a day of a weekday is usually like, as 96 quarter-hours of the local clock. Pure.

A profile is the exponentially weighted mean of the same weekday and quarter-hour, smoothed over five quarter-hours
(after the seasonal smoothing of C. C. Holt, 1957). Days are rows, oldest first; what is not known is NaN.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SLOTS = 96  # quarter-hours of the local clock
ALPHA = 0.3  # weight of the newest of the same weekdays: the last two have half of all
WIDTH = 5  # quarter-hours that are smoothed over: an hour and a quarter
TIMES_AS_MANY = 5  # the usual that a quarter-hour is taken for at most
STANDARD_DEVIATIONS, SOME = 3, 3  # beside that, so that queues with little are not cut
LOOKED_BACK = 28  # days by which the usual is known: four of each weekday

Counts: TypeAlias = NDArray[np.float64]
"""Contacts: an array (96), or (days, 96)."""


def ewma(rows: Counts, alpha: float = ALPHA) -> Counts:
    """Returns the exponentially weighted mean of rows (days, slots), the last of which weighs most: (slots).

    It starts with the first known value; NaN is passed over, and stays where nothing is known.
    """
    mean = np.full(rows.shape[1], np.nan)
    for row in rows:
        mean = np.where(np.isnan(mean), row, np.where(np.isnan(row), mean, alpha * row + (1 - alpha) * mean))
    return mean


def smoothed(profile: Counts, width: int = WIDTH) -> Counts:
    """Returns the means over `width` neighbouring slots (odd), at the ends over those that there are.

    NaN is passed over, and stays where all neighbours are.
    """
    window, known = np.ones(width), ~np.isnan(profile)
    of = np.convolve(known, window, "same")
    sums = np.convolve(np.where(known, profile, 0), window, "same")
    return np.where(of > 0, sums / np.maximum(of, 1), np.nan)


def mean(rows: Counts) -> Counts:
    """Returns the mean of rows (days, slots) by slot; NaN is passed over, and stays where nothing is known."""
    known = ~np.isnan(rows)
    of = known.sum(axis=0)
    return np.where(of > 0, np.where(known, rows, 0).sum(axis=0) / np.maximum(of, 1), np.nan)


def without_bursts(rows: Counts) -> Counts:
    """Returns rows (days, slots) in which nothing is more than five times the usual of its slot, and a little.

    The usual is the median of the 28 days before and the day itself, so that a day is not cut by what comes later.
    """
    cut = rows.copy()
    for day in range(len(rows)):
        before = rows[max(0, day - LOOKED_BACK) : day + 1]
        usual = smoothed(_median(before))
        most = TIMES_AS_MANY * usual + STANDARD_DEVIATIONS * np.sqrt(usual) + SOME
        cut[day] = np.fmin(rows[day], np.where(np.isnan(rows[day]), np.nan, most))
    return cut


def _median(rows: Counts) -> Counts:
    """Returns the medians by slot, without a word about slots of which nothing is known."""
    ordered: Counts = np.sort(rows, axis=0)  # NaN comes last
    of = (~np.isnan(rows)).sum(axis=0)
    slots, last = np.arange(rows.shape[1]), np.maximum(of - 1, 0)
    medians: Counts = (ordered[last // 2, slots] + ordered[(last + 1) // 2, slots]) / 2
    return medians
