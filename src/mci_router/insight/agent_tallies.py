"""Agents' tallies, and the figures that follow from them: each with its interval and how many it is made of. Pure.

Contacts of one agent are more alike than those of many, and those of one day more than those of many days. So where
figures are made of several agents, or of times, the interval is that of a ratio of sums over agents, or over days; the
usual one, which takes every contact for itself, would be too narrow and would rank what chance has ordered.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import sqrt
from typing import NamedTuple, TypeAlias

from mci_router.insight.shares import ENOUGH, Z_95, wilson
from mci_router.values import value

DayTallies: TypeAlias = Mapping[str, Mapping[date, "Tally"]]
"""By agent, by day."""

_T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    *(2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t at 97.5 %, by degrees of freedom from 1."""


class Tally(NamedTuple):
    """What was counted: stays that an agent `handled` and their time, `first` contacts and those `resolved` among them,
    CSAT answers and `good` ones among them, and contacts `transferred` and `escalated`.
    """

    handled: int = 0
    handle_ms: int = 0
    first: int = 0
    resolved: int = 0
    answered: int = 0
    good: int = 0
    transferred: int = 0
    escalated: int = 0


@value
class Measure:
    """A figure: the sum of one count by that of another, divided by `unit`; of a `share` it lies in [0, 1].

    `better_high`: whether more of it is better in itself, so that agents can be ranked by it.
    """

    part: str
    of: str
    unit: float = 1
    share: bool = True
    better_high: bool = False


MEASURES: Mapping[str, Measure] = {
    "aht_s": Measure("handle_ms", "handled", 1000, share=False),
    "csat": Measure("good", "answered", better_high=True),
    "fcr": Measure("resolved", "first", better_high=True),
    "transferred": Measure("transferred", "handled"),
    "escalated": Measure("escalated", "handled"),
}


@value
class Figure:
    """A figure of `n`, and the interval in which it lies in 19 of 20 cases; None where nothing counts.

    `measured`: there are enough of them to say more than the interval.
    """

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def measured(self) -> bool:
        return self.n >= ENOUGH and self.low is not None


def total(tallies: Iterable[Tally]) -> Tally:
    """Returns the sum."""
    return Tally(*map(sum, zip(*tallies, strict=True)))


def of_agent(measure: Measure, days: Sequence[Tally]) -> Figure:
    """Returns the figure of one agent: of a share Wilson's interval, of a time that of the ratio of sums over days."""
    return _figure(measure, days, clustered=not measure.share)


def of_cohort(measure: Measure, agents: Sequence[Tally]) -> Figure:
    """Returns the figure of several agents: of a share the wider of Wilson's interval and that over agents."""
    return _figure(measure, agents, clustered=True)


def _figure(measure: Measure, tallies: Sequence[Tally], *, clustered: bool) -> Figure:
    pairs = [(getattr(one, measure.part) / measure.unit, getattr(one, measure.of)) for one in tallies]
    pairs = [(part, of) for part, of in pairs if of]
    n = sum(of for _, of in pairs)
    if not n:
        return Figure(0)
    value = sum(part for part, _ in pairs) / n
    intervals = [wilson(min(n, round(value * n)), n)] if measure.share else []
    if clustered and (over := ratio_interval(pairs)):
        intervals.append(over)
    if not intervals:
        return Figure(n, round(value, 4))
    low, high = min(low for low, _ in intervals), max(high for _, high in intervals)
    top = 1.0 if measure.share else float("inf")
    return Figure(n, round(value, 4), round(max(0.0, low), 4), round(min(top, high), 4))


def of_times(times: Sequence[tuple[float, float]]) -> Figure:
    """Returns the figure of a share of time, of which each day, or each agent, has a part and a whole in hours.

    `n` is the whole in hours. Its interval is that of a ratio of sums: hours of a day, and days of an agent, are alike.
    """
    times = [(part, whole) for part, whole in times if whole > 0]
    hours = sum(whole for _, whole in times)
    if not times:
        return Figure(0)
    value, interval = sum(part for part, _ in times) / hours, ratio_interval(times)
    low, high = (None, None) if interval is None else (round(min(1.0, max(0.0, bound)), 4) for bound in interval)
    return Figure(round(hours), round(value, 4), low, high)


def ratio_interval(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Returns the interval of a ratio of sums over groups, of which each has a part and a whole above 0; None for fewer
    than two groups.

    v(R) = m / (m - 1) * sum((part - R * whole)^2) / sum(whole)^2, with Student's t of m - 1 degrees of freedom (W. G.
    Cochran, Sampling Techniques, third edition, 1977, section 6.4).
    """
    m = len(pairs)
    if m < 2:
        return None
    whole = sum(of for _, of in pairs)
    ratio = sum(part for part, _ in pairs) / whole
    spread = sum((part - ratio * of) ** 2 for part, of in pairs)
    half = _t(m - 1) * sqrt(m / (m - 1) * spread) / whole
    return ratio - half, ratio + half


def _t(freedom: int) -> float:
    return _T_975[freedom - 1] if freedom <= len(_T_975) else Z_95 + 2.4 / freedom
