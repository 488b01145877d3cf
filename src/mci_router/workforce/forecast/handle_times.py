"""Handle times by time of day, weighted by how many contacts they rest on. Pure."""

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value
from mci_router.workforce.forecast.profiles import SLOTS, Counts, ewma, smoothed

PRIOR = 20.0  # contacts that the mean of all hours counts as, beside those of the hour
ASSUMED_S = 300.0  # while nobody has handled anything, which `of` then says


@value
class HandleTimes:
    """Mean handle times in seconds by slot (96), and how many contacts they rest on; 0: they are assumed."""

    seconds: Counts
    of: int


def handle_times(
    handled: Counts, seconds: Counts, weekdays: NDArray[np.int64], weekday: int, otherwise: float | None
) -> HandleTimes:
    """Returns those of a weekday by contacts handled and the seconds that took, both (days, 96), NaN where unknown.

    Both are averaged as arrivals are, and then divided: (seconds + prior × mean) ÷ (handled + prior). `otherwise` is
    the mean where nothing was handled here.
    """
    known, took = np.nansum(handled), np.nansum(seconds)
    if not known:
        return HandleTimes(np.full(SLOTS, otherwise or ASSUMED_S), 0)
    mean, same = took / known, weekdays == weekday
    number, time = (np.nan_to_num(smoothed(ewma(rows[same]))) for rows in (handled, seconds))
    return HandleTimes((time + PRIOR * mean) / (number + PRIOR), int(known))
