"""A day walked through: the calls of a bank on Tuesday, 26 January 1999, forecast from the weeks before.

The data are free for use: Guedj and Mandelbaum, Technion. Counted are calls that wanted an agent, when they left the
voice menu; customers' ids were removed, so that none can be told to be a retry. Of 11 and 12 January the data have no
line at all: those days are not learnt from, as a marked day is not.
"""

import csv
from datetime import date, datetime, timedelta

import numpy as np

from benchmarks.workforce.volume import data
from mci_router.workforce.forecast.accuracy import Missed
from mci_router.workforce.forecast.days import Past
from mci_router.workforce.forecast.profiles import SLOTS, Counts

FIRST, DAY = date(1999, 1, 1), date(1999, 1, 26)


def lines() -> list[str]:
    """Returns the table of the day by half-hours, as lines of a page."""
    path = data() / "bank1999/january.tsv"
    if not path.is_file():
        return [f"Left out: there is no {path.name}."]
    counts = calls((DAY - FIRST).days + 1)
    days = [FIRST + timedelta(days=number) for number in range(len(counts))]
    past = Past(counts[:-1], np.array([day.weekday() for day in days[:-1]]), np.empty((0, SLOTS)))
    forecast = past.forecast(DAY.weekday())
    assert forecast is not None
    came, known = counts[-1], int((~np.isnan(counts[:-1]).any(axis=1)).sum())
    missed = Missed.of(forecast.expected, came, forecast.low, forecast.high)
    halves = [row.reshape(-1, 2).sum(axis=1) for row in (forecast.expected, came)]
    in_band = ((came >= forecast.low) & (came <= forecast.high)).reshape(-1, 2).sum(axis=1)
    return [
        f"{DAY:%A}, {DAY:%d %B %Y}, from {known} of the {len(days) - 1} days before: {missed.expected:.0f} calls were expected, "
        f"{missed.came} came; WAPE by quarter-hours {100 * (missed.wape() or 0):.1f} %, bias "
        f"{100 * (missed.bias() or 0):+.1f} %, {missed.inside} of {missed.quarters} quarter-hours in the band.",
        "",
        "| from | expected | came | difference | quarter-hours in the band |",
        "|---|---|---|---|---|",
        *(
            f"| {half // 2:02}:{half % 2 * 30:02} | {expected:.1f} | {actual:.0f} | {actual - expected:+.1f} | {within} of 2 |"
            for half, (expected, actual, within) in enumerate(zip(*halves, in_band, strict=True))
        ),
    ]


def calls(days: int) -> Counts:
    """Returns the calls that wanted an agent, (days, 96); NaN of a day that is not in the data."""
    counts = np.full((days, SLOTS), np.nan)
    with (data() / "bank1999/january.tsv").open() as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            day = (datetime.strptime(row["date"], "%y%m%d").date() - FIRST).days  # noqa: DTZ007 — a day of the bank's
            hours, minutes, _ = map(int, row["vru_exit"].split(":"))
            if day >= days:
                continue
            if np.isnan(counts[day]).any():
                counts[day] = 0
            counts[day, hours % 24 * 4 + minutes // 15] += row["outcome"] != "PHANTOM"
    return counts
