"""Two months of contacts about three brands, by quarter-hours, with the bursts that people have labelled."""

import csv
import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.side_by_side.services import ROOT
from mci_router.workforce.forecast.profiles import SLOTS, Counts

BRANDS = ("AAPL", "AMZN", "CRM")
HELD_BACK = date(2015, 4, 2)  # from here on: chosen before, and looked at when the formula was settled
QUARTER = timedelta(minutes=15)


def data() -> Path:
    """Returns where the data are: beside the project, unless the variable `DATA` names another place."""
    return Path(os.environ.get("DATA", ROOT.parent / "shared/data"))


@dataclass(frozen=True, slots=True)
class Series:
    """A brand's contacts (days, 96), from its first whole day, and which quarter-hours lie outside of labelled bursts."""

    brand: str
    first: date
    counts: Counts
    calm: NDArray[np.bool_]

    @property
    def held_back(self) -> range:
        """The numbers of the days that are forecast."""
        return range((HELD_BACK - self.first).days, len(self.counts))

    @property
    def weekdays(self) -> NDArray[np.int64]:
        return (np.arange(len(self.counts)) + self.first.weekday()) % 7


def series(brand: str, folder: Path) -> Series:
    """Returns the series of a brand."""
    counted: Counter[datetime] = Counter()
    with (folder / f"Twitter_volume_{brand}.csv").open() as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["timestamp"])
            counted[at.replace(minute=at.minute // 15 * 15, second=0)] += int(row["value"])
    first, last = min(counted).date() + timedelta(days=1), max(counted).date() - timedelta(days=1)
    midnight = datetime.combine(first, datetime.min.time())
    quarters = [midnight + number * QUARTER for number in range(((last - first).days + 1) * SLOTS)]
    windows = [
        [datetime.fromisoformat(at) for at in window]
        for window in json.loads((folder / "windows.json").read_text())[f"Twitter_volume_{brand}.csv"]
    ]
    calm = [not any(begin - QUARTER < at < end for begin, end in windows) for at in quarters]
    counts = np.array([counted[at] for at in quarters], dtype=float)
    return Series(brand, first, counts.reshape(-1, SLOTS), np.array(calm).reshape(-1, SLOTS))
