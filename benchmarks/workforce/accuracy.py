"""How far forecasts are true, on days that the formula has never seen: each day from all days before it.

Twice: of all contacts, and with the labelled bursts kept apart, as the router keeps those of incidents apart that it
knows of. There they are neither learnt from nor judged by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Row, percent
from benchmarks.workforce import public_methods
from benchmarks.workforce.volume import BRANDS, Series, data, series
from mci_router.workforce.forecast.days import Past
from mci_router.workforce.forecast.profiles import SLOTS, Counts

MOST_BIAS, INSIDE = 0.02, (0.75, 0.85)
OURS, FOUR = "ours", "the mean of four same weekdays"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was forecast of the same quarter-hours, by method, and what came; of ours, also which lay in the band, and
    by how much each day was missed.
    """

    expected: dict[str, Counts]
    came: Counts
    inside: NDArray[np.bool_]
    days: Counts

    def wape(self, method: str) -> float:
        """Returns Σ|forecast − actual| ÷ Σactual."""
        return float(np.abs(self.expected[method] - self.came).sum() / self.came.sum())

    def bias(self) -> float:
        """Returns (Σforecast − Σactual) ÷ Σactual."""
        return float((self.expected[OURS] - self.came).sum() / self.came.sum())

    def chance(self) -> float:
        """Returns the standard error of the bias: how far so few days lie from the mean of many, by chance alone."""
        return float(np.sqrt(len(self.days)) * self.days.std(ddof=1) / self.came.sum())

    def public(self) -> list[str]:
        """Returns the public methods that were tried, the best first."""
        return sorted(set(self.expected) - {OURS, FOUR}, key=self.wape)


def rows() -> Iterator[Row]:
    """Yields the accuracy of each series, and of all of them together."""
    folder = data() / "volume"
    if not folder.is_dir():
        yield Row("accuracy", "", "", None, f"left out: there is no {folder}")
        return
    known = [series(brand, folder) for brand in BRANDS]
    theirs = {one.brand: public_methods.forecasts(one) for one in known}
    if not all(theirs.values()):
        yield Row("public methods", "", "", None, "left out: statsforecast is not below .bench")
    yield from _table("all contacts", {one.brand: judged(one, one.counts, None, theirs[one.brand]) for one in known})
    apart = {one.brand: judged(one, np.where(one.calm, one.counts, np.nan), one.calm, {}) for one in known}
    yield from _table("bursts apart", apart)


def judged(of: Series, learnt: Counts, calm: NDArray[np.bool_] | None, theirs: dict[str, Counts]) -> Judged:
    """Returns the forecasts of the days held back, each by what was learnt before it."""
    ours, low, high, four = [], [], [], []
    for day in of.held_back:
        weekday = int(of.weekdays[day])
        past = Past(learnt[:day], of.weekdays[:day], np.empty((0, SLOTS)))
        forecast = past.forecast(weekday)
        assert forecast is not None
        ours.append(forecast.expected)
        low.append(forecast.low)
        high.append(forecast.high)
        four.append(_mean_of_four(learnt[:day], of.weekdays[:day] == weekday))
    came = of.counts[of.held_back.start :]
    which = np.ones_like(came, bool) if calm is None else calm[of.held_back.start :]
    expected = {OURS: np.array(ours), FOUR: np.array(four), **theirs}
    inside = (came >= np.array(low)) & (came <= np.array(high))
    days = np.where(which, expected[OURS] - came, 0).sum(axis=1)
    return Judged({name: rows[which] for name, rows in expected.items()}, came[which], inside[which], days)


def _mean_of_four(learnt: Counts, same: NDArray[np.bool_]) -> Counts:
    four, everything = learnt[same][-4:], learnt[-28:]
    with np.errstate(invalid="ignore"):
        mean = np.nansum(four, axis=0) / (~np.isnan(four)).sum(axis=0)
        others: Counts = np.nansum(everything, axis=0) / (~np.isnan(everything)).sum(axis=0)
        found: Counts = np.where(np.isnan(mean), others, mean)
        return found


def _table(title: str, found: dict[str, Judged]) -> Iterator[Row]:
    for brand, one in {**found, "all three": together(list(found.values()))}.items():
        name, wape = f"{title}, {brand}", one.wape(OURS)
        yield Row(f"{name}: WAPE", f"≤ {percent(one.wape(FOUR))}, {FOUR}", percent(wape), wape <= one.wape(FOUR), "")
        if best := next(iter(one.public()), None):
            others = ", ".join(f"{other} {percent(one.wape(other))}" for other in one.public()[1:])
            goal = f"≤ {percent(one.wape(best))}, {best}, the best of three"
            yield Row(f"{name}: WAPE", goal, percent(wape), wape <= one.wape(best), others)
        by_chance = f"of {len(one.days)} days, by chance: ± {percent(one.chance())}"
        yield Row(f"{name}: bias", "within ± 2 %", percent(one.bias()), abs(one.bias()) < MOST_BIAS, by_chance)
        share = float(one.inside.mean())
        of = f"of {one.inside.size:,} quarter-hours"
        yield Row(f"{name}: in the 80 % band", "75 to 85 %", percent(share), INSIDE[0] <= share <= INSIDE[1], of)


def together(several: list[Judged]) -> Judged:
    """Returns several in one."""
    methods = set.intersection(*(set(one.expected) for one in several))
    return Judged(
        {name: np.concatenate([one.expected[name] for one in several]) for name in methods},
        np.concatenate([one.came for one in several]),
        np.concatenate([one.inside for one in several]),
        np.concatenate([one.days for one in several]),
    )
