"""Expectations: the contacts of a bucket by the same time of day on the days before. Pure."""

from math import ceil
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BUCKET_S = 300
DAY = 86_400 // BUCKET_S  # buckets
HOUR = 3_600 // BUCKET_S
DAYS = 7  # one of each weekday, so that a weekend does not move the median
HISTORY = (DAYS + 1) * DAY  # buckets: one day is looked back on, and each of its buckets has seven days before it
COLD_DAYS = 3  # a median of fewer days is no median

RESTS_ON = 100  # contacts in seven days, behind an expectation: accurate to a tenth, if they were independent
MOST_NEIGHBOURS = 24  # buckets on either side: two hours, beyond which it is another time of day
LEAST_EXPECTED = 0.5  # contacts in a bucket: a lower rate cannot be distinguished from zero by chance
LEAST_LEVEL = 2  # contacts in a bucket that a topic without a past is assumed to have

Counts: TypeAlias = NDArray[np.float64]


def levels_of(counts: Counts, mean: float) -> Counts:
    """Returns the counts themselves where they are enough, otherwise means over neighbours.

    There are so many neighbours that each expectation rests on enough contacts.
    """
    neighbours = min(MOST_NEIGHBOURS, ceil((RESTS_ON / (DAYS * mean) - 1) / 2)) if mean else MOST_NEIGHBOURS
    if neighbours <= 0:
        return counts
    window = np.ones(2 * neighbours + 1)
    levels: Counts = np.convolve(counts, window, "same") / np.convolve(np.ones(counts.size), window, "same")
    return levels


def expected_at(levels: Counts, looked_at: int) -> Counts:
    """Returns the medians for the last `looked_at` buckets, over as many days as there are."""
    padded = np.concatenate([np.full(max(0, HISTORY - levels.size), np.nan), levels])
    end = padded.size
    same_times = np.stack([padded[end - looked_at - day * DAY : end - day * DAY] for day in range(1, DAYS + 1)])
    medians: Counts = np.maximum(np.nanmedian(same_times, axis=0), LEAST_EXPECTED)
    return medians
