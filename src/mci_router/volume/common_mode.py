"""Common mode: how many times as many contacts as usual the rest of a workspace has, beside one topic. Pure.

The rest are all contacts but the topic's own, so that its flood is never measured against itself.
"""

from collections.abc import Sequence

import numpy as np

from mci_router.volume.expectations import (
    COLD_DAYS,
    DAY,
    DAYS,
    HOUR,
    LEAST_EXPECTED,
    LEAST_LEVEL,
    Counts,
    expected_at,
    levels_of,
)

RISEN = 1.5  # times the usual: less is no rise of everything, and must not slow down what finds an outage
SKEW = 3  # without a past nobody knows the topics' shares: one may well have so many times what the others have
PRIOR = 2  # contacts, as usual, added to what is seen and to what is expected: a handful is no rise of everything
CLOSED_SHARE = 0.05  # of the busiest day: a day with less was a day off


class CommonMode:
    """The rest of a workspace, bucket by bucket, oldest first; `others` is how many topics it is of."""

    def __init__(self, rest: Sequence[int], others: int) -> None:
        self._rest: Counts = np.asarray(rest, dtype=np.float64)
        self._others = max(1, others)

    def factors(self, looked_at: int) -> Counts:
        """Returns how many times as many contacts the rest has in each of the last buckets; 1 without a rise."""
        seen = np.concatenate([np.zeros(max(0, looked_at - self._rest.size)), self._rest[-looked_at:]])
        expected, has_past = self._expected(looked_at)
        factors = (seen + PRIOR) / (expected + PRIOR)
        return np.where(factors >= RISEN, factors * (1 if has_past else SKEW), 1.0)

    def just_opened(self, counts: Counts) -> bool:
        """Returns whether the topic and the rest together had a day off until an hour ago or later."""
        every = counts.copy()
        if self._rest.size:
            size = max(every.size, self._rest.size)
            every = _padded(every, size) + _padded(self._rest, size)
        if every.size < 2 * DAY:
            return False
        days = np.convolve(every, np.ones(DAY), "valid")  # the contacts of the day up to each bucket
        return bool(days[-HOUR - 1 :].min() < CLOSED_SHARE * days.max())

    def _expected(self, looked_at: int) -> tuple[Counts, bool]:
        """Returns the contacts that the rest usually has in each of the last buckets, and whether a past says so."""
        past = np.trim_zeros(self._rest, "f")
        if past.size > COLD_DAYS * DAY and past.size >= looked_at:
            mean = float(past[-1 - DAYS * DAY : -1].sum() / min(DAYS * DAY, past.size - 1))
            return np.maximum(expected_at(levels_of(past, mean), looked_at), LEAST_EXPECTED * self._others), True
        before = past[:-HOUR] if past.size >= 2 * HOUR else past[:0]
        level = max(LEAST_LEVEL * self._others, float(np.median(before)) if before.size else 0.0)
        return np.full(looked_at, level), before.size > 0


def _padded(counts: Counts, size: int) -> Counts:
    return np.concatenate([np.zeros(size - counts.size), counts])
