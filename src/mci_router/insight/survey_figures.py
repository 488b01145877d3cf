"""Figures of surveys: mean, share of good scores, NPS, each with its interval; and ranks that intervals allow. Pure."""

from collections.abc import Mapping, Sequence
from math import sqrt

from mci_router.insight.shares import wilson
from mci_router.values import value
from mci_router.vocabulary import SurveyKind

DETRACTS_TO = 6
"""The highest score of a detractor."""


@value
class Interval:
    """The lowest and the highest value that the answers agree with, 95 times out of 100."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Returns whether a value may lie in both."""
        return self.low <= other.high and other.low <= self.high


@value
class Figures:
    """What answers with these counts by score come to. `figure` is the share of good scores, for `nps` the promoters'
    share less the detractors', times 100; None without answers.
    """

    kind: SurveyKind
    scores: Mapping[int, int]

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def mean(self) -> float | None:
        total = sum(score * count for score, count in self.scores.items())
        return total / self.answered if self.answered else None

    @property
    def good(self) -> int:
        """The answers with a good score."""
        return sum(count for score, count in self.scores.items() if score >= self.kind.top)

    @property
    def detractors(self) -> int:
        """The answers of those who would advise against it; for `nps` alone."""
        return sum(count for score, count in self.scores.items() if score <= DETRACTS_TO)

    @property
    def figure(self) -> float | None:
        if not self.answered:
            return None
        if self.kind is SurveyKind.NPS:
            return 100 * (self.good - self.detractors) / self.answered
        return self.good / self.answered

    @property
    def interval(self) -> Interval | None:
        """The interval of the figure, in its own unit."""
        if not self.answered:
            return None
        if self.kind is SurveyKind.NPS:
            return nps_interval(self.good, self.detractors, self.answered)
        return Interval(*wilson(self.good, self.answered))


def nps_interval(promoters: int, detractors: int, n: int, z: float = 1.96) -> Interval:
    """Returns the interval of an NPS in points, -100 to 100: of the difference of two shares of the same answers, with
    half an answer added to each of four cells (Agresti and Min, 2005), so that it has a width with few answers, too.
    """
    up, down, total = promoters + 0.5, detractors + 0.5, n + 2
    middle = (up - down) / total
    half = z * sqrt(((up + down) / total - middle**2) / total)
    return Interval(100 * max(-1.0, middle - half), 100 * min(1.0, middle + half))


@value
class Rank:
    """A place among others, from 1; `tied` have the same place, this one included: their intervals leave no order."""

    place: int
    tied: int


def ranks(intervals: Sequence[Interval | None]) -> list[Rank | None]:
    """Returns the ranks of some, best first: never one above another whose intervals overlap, directly or through
    others between them. None for those without an interval.
    """
    order = sorted((one.high, number) for number, one in enumerate(intervals) if one)[::-1]
    found: list[Rank | None] = [None] * len(intervals)
    above = 0
    for group in _apart([number for _, number in order], intervals):
        for number in group:
            found[number] = Rank(above + 1, len(group))
        above += len(group)
    return found


def _apart(order: Sequence[int], intervals: Sequence[Interval | None]) -> list[list[int]]:
    """Returns numbers, whose intervals end ever lower, as groups between which nothing overlaps."""
    groups: list[list[int]] = []
    lowest = 0.0
    for number in order:
        one = intervals[number]
        assert one is not None  # noqa: S101 — `order` has those that have one
        if groups and one.high >= lowest:
            groups[-1].append(number)
            lowest = min(lowest, one.low)
        else:
            groups.append([number])
            lowest = one.low
    return groups
