"""Estimates: a figure with the interval in which it lies 95 times out of 100, and the difference of two. Pure."""

from math import inf, sqrt

from mci_router.insight.shares import Z_95, wilson
from mci_router.values import value


@value
class Estimate:
    """A figure of `n` observations, and the interval in which it lies 95 times out of 100, in its own unit."""

    figure: float
    low: float
    high: float
    n: int


@value
class Change:
    """How much a figure has changed, and the interval of that."""

    change: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves no change out: of 20 figures that have not changed, one is called so."""
        return self.low > 0 or self.high < 0


def share_of(part: int, n: int) -> Estimate | None:
    """Returns the share in [0, 1] that `part` is of `n`, with Wilson's interval; None of nothing."""
    return Estimate(part / n, *wilson(part, n), n) if n > 0 else None


def mean_of(mean: float, variance: float, n: int) -> Estimate | None:
    """Returns a mean with the interval ± z · s / √n; `variance` is that of the `n` themselves. None of nothing.

    Durations are skewed: the interval is right for as many of them as count as measured, not for few. Of one alone
    nobody knows anything.
    """
    if n < 2:
        return Estimate(mean, 0.0, inf, n) if n else None
    half = Z_95 * sqrt(max(0.0, variance) / (n - 1))
    return Estimate(mean, max(0.0, mean - half), mean + half, n)


def rate_of(count: int, exposure: float) -> Estimate | None:
    """Returns a count by unit of what it was counted over, with the score interval of a Poisson count, which holds for
    few as Wilson's does for shares: n + z²/2 ± z √(n + z²/4) (L. Barker, "A comparison of nine confidence intervals for
    a Poisson parameter when the expected number of events is ≤ 5", The American Statistician 56, 2002).

    None without exposure.
    """
    if exposure <= 0:
        return None
    middle, half = count + Z_95**2 / 2, Z_95 * sqrt(count + Z_95**2 / 4)
    return Estimate(count / exposure, max(0.0, middle - half) / exposure, (middle + half) / exposure, count)


def difference(now: Estimate, before: Estimate) -> Change:
    """Returns by how much a figure has changed, with the interval made of the two intervals.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17,
    1998, method 10; for means and rates by the same rule (G. Y. Zou and A. Donner, "Construction of confidence limits
    about effect measures: a general approach", Statistics in Medicine 27, 2008).
    """
    change = now.figure - before.figure
    below = sqrt((now.figure - now.low) ** 2 + (before.high - before.figure) ** 2)
    above = sqrt((now.high - now.figure) ** 2 + (before.figure - before.low) ** 2)
    return Change(change, change - below, change + above)
