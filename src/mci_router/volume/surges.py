"""Surges: more contacts of a topic than its past days explain. Pure.

They are the fast detector beside the slow classes. The expectation of a bucket of five minutes is the median of the
same time of day on the seven days before: a median, so that yesterday's outage is not today's expectation. A rare
topic's expectation includes neighbouring buckets; otherwise a hundred contacts a day would prove nothing. Counts above
the expectation are judged by the tail of a negative binomial distribution, because contacts come in bunches: a Poisson
tail finds a surge every few hours. Its dispersion is the topic's own. Two buckets in a row that would each come once in
a hundred thousand are a surge. So is a single bucket as unlikely as four of them, even before the bucket ends: a flood
does not wait for the clock. A surge lasts until two hours have been calm.

A topic with a history of less than three days has no times of day: for it, a CUSUM tests whether its contacts have
become several times as many.

What rises with everything else is traffic, not an incident: an opening, a campaign, a new workspace. So a topic's
expectation rises as many times as the rest of the workspace has (`volume.common_mode`). And a surge that rests on no
past is `cold`: it is worth a person's look, and nothing is declared by it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from math import exp, lgamma, log

import numpy as np

from mci_router.values import value
from mci_router.volume.common_mode import CommonMode
from mci_router.volume.expectations import (
    COLD_DAYS,
    DAY,
    DAYS,
    HISTORY,
    HOUR,
    LEAST_EXPECTED,
    LEAST_LEVEL,
    Counts,
    expected_at,
    levels_of,
)

UNLIKELY = 1e-5  # once in 350 days of five-minute buckets, if the distribution were true
VERY_UNLIKELY = UNLIKELY**4
FEWEST = 10  # contacts in a bucket; fewer are no incident, however rare the topic
FEWEST_ALONE = 20  # the same where a single bucket has to convince
LEAST_DISPERSION, MOST_DISPERSION = 0.02, 10.0  # customers are never quite independent
HALVINGS = 10  # accurate to one per cent
UPPER_TENTH, ITS_Z = 0.1, 1.2816  # where the spread is measured: inside the ordinary, outside of single outages
CALM_BUCKETS = 24  # two hours: a new rise within them is the same surge
# lower bound above the expectation where a tail is `UNLIKELY`: that of a normal tail, and others are thicker
HOT_SD = 4
CALM_SD = 2  # upper bound above the expectation where it is calm

# what CUSUM looks for: a working day may well have twice or three times the contacts of the night before
TIMES_AS_MANY = 4
CUSUM_LIMIT = -log(UNLIKELY)


@value
class Rise:
    """A surge under way at the newest bucket.

    `began`: the number of buckets before the newest; `expected` and `seen`: all contacts since then. `probability` is
    that of its least likely bucket if there were no surge: an upper bound. `cold`: it rests on no past.
    """

    began: int
    expected: float
    seen: int
    probability: float
    cold: bool = False


@value
class Surge:
    """A surge under way since the beginning of a bucket: of a topic, or, with `topic` None, of all contacts.

    `cold`: it rests on no past, as in a workspace's first days.
    """

    topic: str | None
    since: datetime
    expected: float
    seen: int
    probability: float
    cold: bool = False


def surging(
    history: Sequence[int], *, cold_start: bool = True, rest: Sequence[int] = (), others: int = 1
) -> Rise | None:
    """Returns the surge under way at the end of a history, if there is one.

    `history`: contacts in each bucket of five minutes, oldest first, up to the newest, which may still be filling; of
    more than `HISTORY` buckets only the newest are considered. `rest`: all other contacts in the same buckets, of so
    many `others` topics. Without `cold_start` there is no surge before three days have passed. The same history gives
    the same answer in every process, at every call.
    """
    counts = np.trim_zeros(np.asarray(history[-HISTORY:], dtype=np.float64), "f")
    if not counts.size or counts[-CALM_BUCKETS - DAY :].max() < FEWEST:
        return None
    common = CommonMode(rest[-HISTORY:], others)
    if counts.size > COLD_DAYS * DAY:
        rise = _by_time_of_day(counts, common)
        return replace(rise, cold=common.just_opened(counts)) if rise else None
    return _by_cusum(counts, common) if cold_start else None


def tail(seen: float, expected: float, dispersion: float) -> float:
    """Returns P(X ≥ `seen`) of a negative binomial distribution.

    Its mean is `expected`, its variance `expected` + `dispersion` · `expected`². The result is an upper bound, close in
    the tail: the probability of `seen` times a geometric series with the ratio of the next probability to it.
    """
    size = 1 / dispersion
    grows = expected / (expected + size)
    ratio = max((seen + size) / (seen + 1), 1) * grows
    if ratio >= 1:
        return 1.0
    at = lgamma(seen + size) - lgamma(size) - lgamma(seen + 1) + size * log(1 - grows) + seen * log(grows)
    return min(1.0, exp(at) / (1 - ratio))


def dispersion(past: Counts, levels: Counts) -> float:
    """Returns how much more than Poisson the counts spread: the variance is `expected` + this · `expected`².

    The rows of `past` and `levels` are whole days. With this dispersion the upper tenth of the counts lies where that
    of a normal distribution does, measured from the median level of the other days: a day is not its own expectation.
    So the dispersion also includes how uncertain such a median is.
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


def _by_time_of_day(counts: Counts, common: CommonMode) -> Rise | None:
    looked_at = min(DAY, counts.size - COLD_DAYS * DAY)
    days = min(DAYS, (counts.size - 1) // DAY)
    past = counts[-1 - days * DAY : -1].reshape(days, DAY)
    levels = levels_of(counts, float(np.median(past.mean(axis=1))))
    expected, seen = expected_at(levels, looked_at) * common.factors(looked_at), counts[-looked_at:]
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
    return Rise(
        looked_at - 1 - began, float(expected[began:].sum()), int(seen[began:].sum()), min(probabilities[began:])
    )


def _sds_above(seen: Counts, expected: Counts, spread: float) -> Counts:
    above: Counts = (seen - expected) / np.sqrt(expected + spread * expected**2)
    return above


def _twice(probabilities: Sequence[float]) -> list[bool]:
    return [False, *(max(pair) < UNLIKELY for pair in pairwise(probabilities))]


def _under_way(hot: Sequence[bool], calm: Sequence[bool]) -> int | None:
    """Returns the bucket in which the surge that is under way at the end began; None without one."""
    began, quiet = None, 0
    for bucket, (is_hot, is_calm) in enumerate(zip(hot, calm, strict=True)):
        quiet = quiet + 1 if is_calm else 0
        if is_hot and began is None:
            began = bucket
        elif quiet >= CALM_BUCKETS:
            began = None
    return began


def _by_cusum(counts: Counts, common: CommonMode) -> Rise | None:
    """Tests by Page's CUSUM whether contacts have become `TIMES_AS_MANY`, given the spread that the counts had.

    The sum is of the logarithm of the likelihood ratio. A surge begins at the limit at which Wald's test errs once in a
    hundred thousand, and ends when the sum is back at zero.
    """
    before = counts[:-HOUR] if counts.size >= 2 * HOUR else counts[:0]
    level = max(LEAST_LEVEL, float(np.median(before))) if before.size else LEAST_LEVEL
    upper = float(np.quantile(before, 1 - UPPER_TENTH)) if before.size else 0.0
    index = max(1.0, (max(0.0, upper - level) / ITS_Z) ** 2 / level)
    total, highest, began = 0.0, 0.0, None
    seen = counts[-DAY:]
    levels = level * common.factors(seen.size)
    for bucket, (count, usual) in enumerate(zip(seen.tolist(), levels.tolist(), strict=True)):
        step = (count * log(TIMES_AS_MANY) - (TIMES_AS_MANY - 1) * usual) / index
        total = min(max(0.0, total + step), 2 * CUSUM_LIMIT)
        if total == 0.0:
            began, highest = None, 0.0
        elif began is None and total >= CUSUM_LIMIT and count >= FEWEST_ALONE:
            began = bucket
        highest = max(highest, total)
    if began is None:
        return None
    expected, surplus = float(levels[began:].sum()), int(seen[began:].sum())
    return Rise(seen.size - 1 - began, expected, surplus, exp(-highest), cold=True)
