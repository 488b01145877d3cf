"""Shares of few: Wilson's interval, against figures that others have published."""

import pytest

from mci_router.insight.shares import ENOUGH, measured_share, wilson
from tests.support.rows import every


@every(
    ("part", "n", "low", "high"),
    [
        (0, 20, 0.0, 0.1611),
        (15, 148, 0.0624, 0.1605),
        (81, 263, 0.2553, 0.3662),
        (29, 29, 0.883, 1.0),
        (1, 1, 0.2065, 1),
    ],
)
def test_the_interval_is_wilsons(part: int, n: int, low: float, high: float) -> None:
    """The first three are examples of R. G. Newcombe, Statistics in Medicine 17, 1998."""
    assert wilson(part, n) == pytest.approx((low, high), abs=0.0001)


def test_a_share_of_few_is_not_measured_yet() -> None:
    assert (measured_share(0, 0).share, measured_share(0, 0).low) == (None, None)
    assert not measured_share(ENOUGH - 1, ENOUGH - 1).measured
    assert measured_share(15, 30).measured
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)
