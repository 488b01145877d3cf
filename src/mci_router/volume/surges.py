"""A surge: more contacts of a topic than its past days explain. The fast detector beside the slow class. Pure.

What a bucket of five minutes should hold is the median of the same time of day on the seven days before: a median, so that yesterday's
outage is not today's expectation. A rare topic's has its neighbours in it, or a hundred contacts a day would prove nothing. What is above
it is judged by the tail of a negative binomial distribution, because contacts come in bunches: a Poisson tail finds a surge every few
hours. Its dispersion is the topic's own. Two buckets in a row that would each come once in a hundred thousand are a surge, and so is a
single one as unlikely as four such, which need not be over to be told: a flood does not wait for the clock. It lasts until two hours have
been calm.

A topic without three days behind it has no times of day: there a CUSUM asks whether its contacts have become several times as many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil, exp, lgamma, log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BUCKET_S = 300
DAY = 86_400 // BUCKET_S  # buckets
HOUR = 3_600 // BUCKET_S
DAYS = 7  # one of each weekday, so that a median is not moved by a weekend
HISTORY = (DAYS + 1) * DAY  # buckets: a day is looked back on, each of whose buckets has seven days before it
COLD_DAYS = 3  # a median of fewer is no median

UNLIKELY = 1e-5  # once in 350 days of five minutes, were the distribution true
VERY_UNLIKELY = UNLIKELY**4
FEWEST = 10  # contacts in a bucket below which nobody would call it an incident, however rare the topic
FEWEST_ALONE = 20  # the same where one bucket has to convince
RESTS_ON = 100  # contacts in seven days, behind an expectation: within a tenth, were they independent
MOST_NEIGHBOURS = 24  # buckets on either side: two hours, beyond which it is another time of day
LEAST_EXPECTED = 0.5  # contacts in a bucket: below it a rate cannot be told from its being by chance zero
LEAST_DISPERSION, MOST_DISPERSION = 0.02, 10.0  # customers are never quite independent
HALVINGS = 10  # to within one per cent
UPPER_TENTH, ITS_Z = 0.1, 1.2816  # where the spread is read off: inside the ordinary, outside of single outages
CALM_BUCKETS = 24  # two hours: what flares up again within them is the same surge
HOT_SD = 4  # above the expectation, at least, where a tail is `UNLIKELY`: a normal one, and others have thicker ones
CALM_SD = 2  # above the expectation, at most, where it is calm

TIMES_AS_MANY = 4  # what CUSUM looks for: a working day may well have twice or thrice the contacts of the night before
LEAST_LEVEL = 2  # contacts in a bucket that a topic without a past is taken to have
CUSUM_LIMIT = -log(UNLIKELY)

Counts: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rise:
    """A surge under way at the newest bucket. `began`: buckets before the newest; `expected` and `seen`: contacts since then, in all.

    `probability` is that of its least likely bucket, were there no surge: an upper bound.
    """

    began: int
    expected: float
    seen: int
    probability: float


@dataclass(frozen=True, slots=True)
class Surge:
    """A surge of a topic, or of all contacts of the workspace (`topic` None), under way since the beginning of a bucket."""

    topic: str | None
    since: datetime
    expected: float
    seen: int
    probability: float


def surging(history: Sequence[int], *, cold_start: bool = True) -> Rise | None:
    """The surge under way at the end of a history, if there is one.

    `history`: contacts in each bucket of five minutes, oldest first, up to the newest, which may still be filling; more than `HISTORY` are
    not looked at. Without `cold_start` there is no surge before three days have passed. The same history gives the same answer: whoever
    asks, and however often.
    """
    counts = np.trim_zeros(np.asarray(history[-HISTORY:], dtype=np.float64), "f")
    if not counts.size or counts[-CALM_BUCKETS - DAY :].max() < FEWEST:
        return None
    if counts.size > COLD_DAYS * DAY:
        return _by_time_of_day(counts)
    return _by_cusum(counts) if cold_start else None


def tail(seen: float, expected: float, dispersion: float) -> float:
    """P(X ≥ `seen`) of a negative binomial distribution with this mean and variance `expected` + `dispersion` · `expected`².

    An upper bound, close in the tail: the probability of `seen` times a geometric series over the ratio of the next to it.
    """
    size = 1 / dispersion
    grows = expected / (expected + size)
    ratio = max((seen + size) / (seen + 1), 1) * grows
    if ratio >= 1:
        return 1.0
    at = lgamma(seen + size) - lgamma(size) - lgamma(seen + 1) + size * log(1 - grows) + seen * log(grows)
    return min(1.0, exp(at) / (1 - ratio))


def dispersion(past: Counts, levels: Counts) -> float:
    """How much more than Poisson the counts spread, of whole days as rows: the variance is `expected` + this · `expected`².

    It is the one with which the upper tenth of them lies where that of a normal distribution does, measured from the median level of the
    other days: a day is not its own expectation. So it holds, too, how uncertain such a median is.
    """
    others = np.stack([np.median(np.delete(levels, day, axis=0), axis=0) for day in range(len(levels))])
    expected = np.maximum(others, LEAST_EXPECTED).ravel()
    above = past.ravel() - expected
    least, most = log(LEAST_DISPERSION), log(MOST_DISPERSION)
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        if np.mean(above > ITS_Z * np.sqrt(expected + exp(middle) * expected**2)) > UPPER_TENTH:
            least = middle
        else:
            most = middle
    return exp(most)


def _by_time_of_day(counts: Counts) -> Rise | None:
    looked_at = min(DAY, counts.size - COLD_DAYS * DAY)
    days = min(DAYS, (counts.size - 1) // DAY)
    past = counts[-1 - days * DAY : -1].reshape(days, DAY)
    levels = _levels(counts, float(np.median(past.mean(axis=1))))
    expected, seen = _expected(levels, looked_at), counts[-looked_at:]
    if _sds_above(seen, expected, LEAST_DISPERSION).max() < HOT_SD:
        return None
    spread = dispersion(past, levels[-1 - days * DAY : -1].reshape(days, DAY))
    above = _sds_above(seen, expected, spread)
    probabilities = [
        tail(count, mean, spread) if count >= FEWEST and over > CALM_SD else 1.0
        for count, mean, over in zip(seen.tolist(), expected.tolist(), above.tolist(), strict=True)
    ]
    hot = [
        twice or (alone < VERY_UNLIKELY and count >= FEWEST_ALONE)
        for twice, alone, count in zip(_twice(probabilities), probabilities, seen.tolist(), strict=True)
    ]
    began = _under_way(hot, [over <= CALM_SD for over in above.tolist()])
    if began is None:
        return None
    return Rise(looked_at - 1 - began, float(expected[began:].sum()), int(seen[began:].sum()), min(probabilities[began:]))


def _sds_above(seen: Counts, expected: Counts, spread: float) -> Counts:
    above: Counts = (seen - expected) / np.sqrt(expected + spread * expected**2)
    return above


def _levels(counts: Counts, mean: float) -> Counts:
    """The counts themselves where there are enough of them; else the means over neighbours, so many that an expectation rests on enough."""
    neighbours = min(MOST_NEIGHBOURS, ceil((RESTS_ON / (DAYS * mean) - 1) / 2)) if mean else MOST_NEIGHBOURS
    if neighbours <= 0:
        return counts
    window = np.ones(2 * neighbours + 1)
    levels: Counts = np.convolve(counts, window, "same") / np.convolve(np.ones(counts.size), window, "same")
    return levels


def _expected(levels: Counts, looked_at: int) -> Counts:
    """The medians for the last `looked_at` buckets, of as many days as there are."""
    padded = np.concatenate([np.full(max(0, HISTORY - levels.size), np.nan), levels])
    end = padded.size
    same_times = np.stack([padded[end - looked_at - day * DAY : end - day * DAY] for day in range(1, DAYS + 1)])
    medians: Counts = np.maximum(np.nanmedian(same_times, axis=0), LEAST_EXPECTED)
    return medians


def _twice(probabilities: Sequence[float]) -> list[bool]:
    return [False, *(max(pair) < UNLIKELY for pair in pairwise(probabilities))]


def _under_way(hot: Sequence[bool], calm: Sequence[bool]) -> int | None:
    """Where the surge began that is under way at the end."""
    began, quiet = None, 0
    for place, (is_hot, is_calm) in enumerate(zip(hot, calm, strict=True)):
        quiet = quiet + 1 if is_calm else 0
        if is_hot and began is None:
            began = place
        elif quiet >= CALM_BUCKETS:
            began = None
    return began


def _by_cusum(counts: Counts) -> Rise | None:
    """Page's CUSUM of the logarithm of how much likelier `TIMES_AS_MANY` are than as many as before, over counts that spread as they did.

    It says yes at the limit at which Wald's test errs once in a hundred thousand, and no again when it is back at zero.
    """
    before = counts[:-HOUR] if counts.size >= 2 * HOUR else counts[:0]
    level = max(LEAST_LEVEL, float(np.median(before))) if before.size else LEAST_LEVEL
    upper = float(np.quantile(before, 1 - UPPER_TENTH)) if before.size else 0.0
    index = max(1.0, (max(0.0, upper - level) / ITS_Z) ** 2 / level)
    total, highest, began = 0.0, 0.0, None
    seen = counts[-DAY:].tolist()
    for place, count in enumerate(seen):
        step = (count * log(TIMES_AS_MANY) - (TIMES_AS_MANY - 1) * level) / index
        total = min(max(0.0, total + step), 2 * CUSUM_LIMIT)
        if total == 0.0:
            began, highest = None, 0.0
        elif began is None and total >= CUSUM_LIMIT and count >= FEWEST_ALONE:
            began = place
        highest = max(highest, total)
    if began is None:
        return None
    return Rise(len(seen) - 1 - began, level * (len(seen) - began), int(sum(seen[began:])), exp(-highest))
