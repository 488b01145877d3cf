"""Wilson's score interval: between which shares a share lies of which only a sample is known. Pure."""

from math import sqrt


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Returns the lowest and the highest share that `successes` of `n` agree with; 0 and 1 where nothing was counted.

    With `z` = 1.96 the interval has the true share 95 times out of 100. It stays within 0 and 1, and says something of
    few cases, too (E. B. Wilson, 1927).
    """
    if n <= 0:
        return 0.0, 1.0
    share, square = successes / n, z * z / n
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)
