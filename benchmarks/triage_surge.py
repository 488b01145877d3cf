"""Whether surges are found: `python -m benchmarks.triage_surge`.

On `../shared/data/volume`: contacts about three brands in every five minutes of two months, with labelled bursts. The
detector is asked at the end of every bucket, with only what it would know then. An episode is a run of buckets at
which it says that a surge is under way; a labelled window is found if an episode overlaps it, an episode that overlaps
none is false. Nothing is left out, neither the first days, in which it knows no times of day, nor the first hour, in
which it knows nothing.

And on floods made here: a topic that is 2 % of a workspace's contacts suddenly makes up 30 %. Told is how long after
its beginning the detector says so, asked every ten seconds, with the rest of the workspace beside it.

And on rises of a whole workspace, of eight topics: none of them may be a surge.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.table import Row
from mci_router.volume.expectations import BUCKET_S, DAY, HISTORY
from mci_router.volume.surges import surging

DATA = Path(__file__).parents[2] / "shared" / "data" / "volume"
LABELS = DATA / "windows.json"
WORKERS = 2
WEEK = 7 * DAY
MOST_FALSE = 1.5  # a series and week
SERIES_GOAL = 2  # of the three, with every window found
FLOODS = 20
FLOOD_SHARE, USUAL_SHARE = 0.3, 0.02
ASKED_EVERY_S = 10
TOPICS, TIMES_AS_MANY = 8, 6
RISES = 20

Span = tuple[int, int]
"""First and last bucket."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts by bucket, and the labelled windows."""

    name: str
    counts: Sequence[int]
    windows: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a series: for each window the hours from its beginning until it was found (None: missed), and the
    false episodes.
    """

    name: str
    delays_h: Sequence[float | None]
    false: int
    weeks: float

    @property
    def hits(self) -> int:
        return sum(delay is not None for delay in self.delays_h)

    @property
    def false_a_week(self) -> float:
        return self.false / self.weeks


def rows() -> list[Row]:
    """The rows of the proof; they say so where the data is absent."""
    if not LABELS.exists():
        return [
            Row("labelled bursts of three series", "", "", None, "../shared/data/volume is absent"),
            *_flood_rows(),
            *_common_rows(),
        ]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(judge, recorded()))
    complete = sum(one.hits == len(one.delays_h) for one in found)
    most = max(found, key=lambda one: one.false_a_week)
    return [
        Row(
            "series with every labelled window found",
            f"≥ {SERIES_GOAL} of {len(found)}",
            f"{complete} of {len(found)}",
            complete >= SERIES_GOAL,
            "; ".join(f"{one.name} {one.hits}/{len(one.delays_h)}" for one in found),
        ),
        Row(
            "false episodes a week, in the worst series",
            f"≤ {MOST_FALSE}",
            f"{most.false_a_week:.2f}",
            most.false_a_week <= MOST_FALSE,
            "; ".join(f"{one.name} {one.false} in {one.weeks:.1f} weeks" for one in found),
        ),
        Row(
            "hours into a window until it is found",
            "",
            f"{median(delay for one in found for delay in one.delays_h if delay is not None):.1f}",
            None,
            "windows begin up to a day before their burst; "
            + "; ".join(f"{one.name} {_shown(one.delays_h)}" for one in found),
        ),
        *_flood_rows(),
        *_common_rows(),
    ]


def judge(series: Series) -> Found:
    """Asks at the end of every bucket."""
    under_way = [
        surging(series.counts[max(0, end + 1 - HISTORY) : end + 1]) is not None for end in range(len(series.counts))
    ]
    episodes = list(_episodes(under_way))
    delays = [
        next(
            (
                max(0, first - window[0]) * BUCKET_S / 3_600
                for first, last in episodes
                if _overlap((first, last), window)
            ),
            None,
        )
        for window in series.windows
    ]
    false = sum(not any(_overlap(episode, window) for window in series.windows) for episode in episodes)
    return Found(series.name, delays, false, len(series.counts) / WEEK)


def _episodes(under_way: Sequence[bool]) -> Iterator[Span]:
    for surge, places in groupby(range(len(under_way)), key=under_way.__getitem__):
        span = list(places)
        if surge:
            yield span[0], span[-1]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and one[1] >= other[0]


def recorded() -> Iterator[Series]:
    """The three series, by their own clock; none where the data is absent."""
    if not LABELS.exists():
        return
    for file, windows in json.loads(LABELS.read_text(encoding="utf-8")).items():
        with (DATA / file).open(encoding="utf-8") as lines:
            rows = [(datetime.fromisoformat(row["timestamp"]), int(row["value"])) for row in csv.DictReader(lines)]
        began = rows[0][0]
        counts = [0] * (_bucket(began, rows[-1][0]) + 1)
        for at, count in rows:
            counts[_bucket(began, at)] += count
        spans = [tuple(_bucket(began, datetime.fromisoformat(moment)) for moment in window) for window in windows]
        yield Series(file.removesuffix(".csv").rpartition("_")[2], counts, [(first, last) for first, last in spans])


def _bucket(began: datetime, at: datetime) -> int:
    return round((at - began).total_seconds() / BUCKET_S)


def _shown(delays_h: Sequence[float | None]) -> str:
    return ", ".join("missed" if delay is None else f"{delay:.1f}" for delay in delays_h)


def _flood_rows() -> Iterator[Row]:
    for an_hour in (600, 6_000):
        waited = [_flood(Random(number), Random(FLOODS + number), an_hour) for number in range(FLOODS)]
        yield Row(
            f"flood of one topic, {FLOOD_SHARE:.0%} of all, at {an_hour:,} contacts an hour: seconds until found",
            "",
            f"{median(waited):.0f}",
            None,
            f"{min(waited)} to {max(waited)} in {FLOODS} floods",
        )


def _flood(dice: Random, others_dice: Random, an_hour: int) -> int:
    """Seconds from the beginning of a flood, anywhere in a bucket, until it is found."""
    usual_s = an_hour * USUAL_SHARE / 3_600
    flood_s = an_hour * (1 - USUAL_SHARE) / 3_600 * FLOOD_SHARE / (1 - FLOOD_SHARE)
    rest_s = an_hour / 3_600 - usual_s
    history, beside = _usual(dice, usual_s), _usual(others_dice, rest_s)
    into = dice.randrange(0, BUCKET_S, ASKED_EVERY_S)
    newest, others = _poisson(dice, usual_s * into), _poisson(others_dice, rest_s * into)
    for waited in range(ASKED_EVERY_S, 3_600, ASKED_EVERY_S):
        newest += _poisson(dice, (usual_s + flood_s) * ASKED_EVERY_S)
        others += _poisson(others_dice, rest_s * ASKED_EVERY_S)
        if surging([*history, newest], rest=[*beside, others], others=TOPICS - 1):
            return waited
        if (into + waited) % BUCKET_S == 0:
            history, newest = [*history[1:], newest], 0
            beside, others = [*beside[1:], others], 0
    return 3_600


def _usual(dice: Random, a_second: float) -> list[int]:
    return [_poisson(dice, dice.gammavariate(20, 1 / 20) * a_second * BUCKET_S) for _ in range(HISTORY - 1)]


def _common_rows() -> Iterator[Row]:
    """Of a workspace with eight days behind it, and of one that is new, how many topics count as surging."""
    for kind, past in (("with a past", HISTORY - 1), ("that is new", 0)):
        found = sum(_rise(Random(number), past) for number in range(RISES))
        yield Row(
            f"a workspace {kind} has {TIMES_AS_MANY} times as many of everything: topics that surge",
            "≤ 1 %",
            f"{found} of {RISES * TOPICS}",
            found <= RISES * TOPICS / 100,
            f"{RISES} rises of {TOPICS} topics, 15 minutes each, asked at the end of every bucket",
        )


def _rise(dice: Random, past: int) -> int:
    """How many topics surge while all rise, each with its own rate."""
    rates = [dice.uniform(4, 40) for _ in range(TOPICS)]
    counts = [[_poisson(dice, dice.gammavariate(20, 1 / 20) * rate) for _ in range(past)] for rate in rates]
    surges = set()
    for _ in range(3):
        for rate, one in zip(rates, counts, strict=True):
            one.append(_poisson(dice, dice.gammavariate(20, 1 / 20) * rate * TIMES_AS_MANY))
        every = [sum(bucket) for bucket in zip(*counts, strict=True)]
        for number, one in enumerate(counts):
            rest = [of_all - own for of_all, own in zip(every, one, strict=True)]
            if surging(one, rest=rest, others=TOPICS - 1):
                surges.add(number)
    return len(surges)


def _poisson(dice: Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1)
    return count


def main() -> None:
    """Prints the rows."""
    for row in rows():
        mark = {True: "met", False: "NOT MET", None: ""}[row.met]
        print(f"{row.what:88} {row.figure:>10}  {row.goal:10} {mark:8} {row.note}")


if __name__ == "__main__":
    main()
