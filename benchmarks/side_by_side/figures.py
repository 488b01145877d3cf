"""Figures of several rounds, and rows made of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, and their range."""

    median: float
    low: float
    high: float

    def shown(self, digits: int = 2, unit: str = "") -> str:
        """Returns it as text: `0.29 (0.27–0.31) ×`."""
        unit = unit and f" {unit}"
        if self.low == self.high:
            return f"{self.median:,.{digits}f}{unit}"
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f}–{self.high:,.{digits}f}){unit}"


def spread(values: Sequence[float]) -> Spread:
    """Returns the spread of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Returns the spread of the ratios of neighbouring rounds."""
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the smallest value that at least this share of the values does not exceed (0 < share ≤ 1)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1_000) // 1_000) - 1)]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, against which bar; `part` is how far the bar is reached (1: just met; None: there is no bar)."""

    what: str
    figure: str
    bar: str = ""
    stretch: str = ""
    part: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None without one."""
        return None if self.part is None else self.part >= 1


def at_least(
    what: str,
    found: Spread,
    bar: float,
    stretch: float | None = None,
    *,
    unit: str = "×",
    digits: int = 2,
    note: str = "",
) -> Row:
    """Returns a row of which more is better."""
    wished = f"{stretch:g} {unit}" if stretch else ""
    return Row(what, found.shown(digits, unit), f"≥ {bar:g} {unit}", wished, found.median / bar, note)


def at_most(
    what: str,
    found: Spread,
    bar: float,
    stretch: float | None = None,
    *,
    unit: str = "×",
    digits: int = 2,
    note: str = "",
) -> Row:
    """Returns a row of which less is better."""
    wished = f"{stretch:g} {unit}" if stretch else ""
    return Row(what, found.shown(digits, unit), f"≤ {bar:g} {unit}", wished, bar / max(found.median, 1e-9), note)


def plain(what: str, found: Spread, unit: str, digits: int = 0, note: str = "") -> Row:
    """Returns a row without a bar: a figure that explains the others."""
    return Row(what, found.shown(digits, unit), note=note)
