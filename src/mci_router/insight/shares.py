"""Shares of few: a share with its Wilson interval, and whether there are enough to speak of it. Pure."""

from math import sqrt

from mci_router.values import value

ENOUGH = 30
"""Of fewer a share is not measured yet."""

Z_95 = 1.959963984540054  # the normal deviate of 95 %


@value
class MeasuredShare:
    """A share in [0, 1] of `n`, and the interval in which it lies in 19 of 20 cases.

    `measured`: there are `ENOUGH`. Without any there is no share.
    """

    n: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def measured(self) -> bool:
        """Whether there are enough of them to say more than the interval."""
        return self.n >= ENOUGH


def measured_share(part: int, n: int) -> MeasuredShare:
    """Returns the share that `part` is of `n`."""
    if n <= 0:
        return MeasuredShare(0, None, None, None)
    low, high = wilson(part, n)
    return MeasuredShare(n, round(part / n, 4), round(low, 4), round(high, 4))


def wilson(part: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Returns the score interval of a share (E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22, 1927, 209-212).

    It holds for few and for shares near 0 and 1, where the usual ± interval does not. Raises ValueError unless
    0 ≤ part ≤ n and n > 0.
    """
    if not 0 <= part <= n or n == 0:
        raise ValueError(f"{part} of {n} is no share")
    share, square = part / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
