"""Accuracy: how far forecasts were true. Pure."""

from collections.abc import Iterable

import numpy as np

from mci_router.values import value
from mci_router.workforce.forecast.profiles import Counts


@value
class Missed:
    """How a forecast missed some quarter-hours: sums of contacts, and how many quarter-hours lay in the band."""

    expected: float = 0.0
    came: int = 0
    missed: float = 0.0
    inside: int = 0
    quarters: int = 0
    days: int = 0

    @classmethod
    def of(cls, expected: Counts, came: Counts, low: Counts, high: Counts) -> "Missed":
        """Returns it for one day."""
        in_band = int(((came >= low) & (came <= high)).sum())
        off = float(np.abs(expected - came).sum())
        return cls(float(expected.sum()), int(came.sum()), off, in_band, len(came), 1)

    @classmethod
    def sum(cls, several: Iterable["Missed"]) -> "Missed":
        """Returns several in one."""
        rows = list(several)
        return cls(
            sum(one.expected for one in rows),
            sum(one.came for one in rows),
            sum(one.missed for one in rows),
            sum(one.inside for one in rows),
            sum(one.quarters for one in rows),
            max((one.days for one in rows), default=0),
        )

    def wape(self) -> float | None:
        """Returns the weighted absolute percentage error: Σ|forecast − actual| ÷ Σactual; None of nothing."""
        return self.missed / self.came if self.came else None

    def bias(self) -> float | None:
        """Returns (Σforecast − Σactual) ÷ Σactual: above nought where too much was expected; None of nothing."""
        return (self.expected - self.came) / self.came if self.came else None

    def share_inside(self) -> float | None:
        """Returns the share of quarter-hours in the band; None of nothing."""
        return self.inside / self.quarters if self.quarters else None
