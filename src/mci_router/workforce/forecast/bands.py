"""Bands: between which counts a quarter-hour's contacts will lie, eight times out of ten. Pure.

Contacts come in bunches, so that their counts are negative binomial: variance = mean + dispersion × mean². The
dispersion is the one with which four fifths of the quarter-hours of the last weeks would have lain in their bands, for
each part of the day by itself: a night spreads otherwise than a morning.
"""

import numpy as np
from numpy.typing import NDArray

from mci_router.workforce.forecast.profiles import SLOTS, Counts

SHARE = 0.8  # of quarter-hours that lie in the band
TAIL = (1 - SHARE) / 2
PARTS = 6  # of a day, of four hours each
LEAST, MOST = 1e-3, 10.0  # dispersions: customers are never quite independent, and beyond ten a band says nothing
ASSUMED = 0.1  # dispersion, until there are days to judge by
HALVINGS = 10  # accurate to one per cent
FEWEST = 48  # quarter-hours by which a part of the day is judged: three days


def cumulated(counts: Counts, means: Counts, dispersion: Counts | float) -> Counts:
    """Returns how probable it is that at most `counts` come; below nought it is impossible.

    P(X ≤ k) = I_p(1/d, k + 1) with p = 1 / (1 + d × mean), I the regularised incomplete beta function (DLMF 8.17).
    """
    from scipy.special import betainc

    shape = 1 / np.asarray(dispersion)
    probability = shape / (shape + np.maximum(means, 1e-9))
    found: Counts = np.where(counts < 0, 0.0, betainc(shape, np.maximum(counts, 0) + 1, probability))
    return found


def band(means: Counts, dispersion: Counts) -> tuple[Counts, Counts]:
    """Returns the least and the most that come eight times out of ten, whole counts, by the means of quarter-hours."""
    return _quantile(TAIL, means, dispersion), _quantile(1 - TAIL, means, dispersion)


def inside(counts: Counts, means: Counts, dispersion: Counts | float) -> NDArray[np.bool_]:
    """Returns which counts lie in their bands."""
    return (cumulated(counts, means, dispersion) >= TAIL) & (cumulated(counts - 1, means, dispersion) < 1 - TAIL)


def dispersions(counts: Counts, means: Counts) -> Counts:
    """Returns the dispersion of each slot (96) by what came and what was expected, both (days, 96); NaN is left out."""
    found = np.empty(SLOTS)
    whole = dispersion_of(counts, means, ASSUMED)
    size = SLOTS // PARTS
    for first in range(0, SLOTS, size):
        part = slice(first, first + size)
        found[part] = dispersion_of(counts[:, part], means[:, part], whole)
    return found


def dispersion_of(counts: Counts, means: Counts, otherwise: float) -> float:
    """Returns the least dispersion with which enough counts lie in their bands; `otherwise` where there are too few."""
    known = ~(np.isnan(counts) | np.isnan(means))
    counts, means = counts[known], means[known]
    if counts.size < FEWEST:
        return otherwise
    low, high = np.log(LEAST), np.log(MOST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if inside(counts, means, float(np.exp(middle))).mean() < SHARE:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _quantile(probability: float, means: Counts, dispersion: Counts) -> Counts:
    """Returns the least counts that are not exceeded with this probability."""
    spread = np.sqrt(means + dispersion * means**2)
    low: Counts = np.full(means.shape, -1.0)
    high: Counts = np.ceil(means + 10 * spread + 10)  # above any, for these tails: Cantelli's inequality
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        enough = cumulated(middle, means, dispersion) >= probability
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high
