"""Histograms of durations in buckets that grow by a constant factor: any quantile within 5 %. Pure.

Histograms can be added up, which quantiles cannot. Bucket 0 is no time at all, bucket i what is above
`GROWTH ** (i - 1)` ms, up to `GROWTH ** i` ms (a millisecond itself is in the first). A histogram is kept as numbers
that hold a bucket and a count each, so that the ledger adds them up by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import ceil, log

ERROR = 0.05  # of a quantile, at most, as a share of it
GROWTH = (1 + ERROR) / (1 - ERROR)
HALF = 2**31  # a count may be negative: what is taken back


def bucket(ms: float) -> int:
    """Returns the bucket of a duration in milliseconds."""
    return 0 if ms < 1 else max(1, ceil(log(ms) / log(GROWTH) - 1e-9))


@cache
def value_s(number: int) -> float:
    """Returns a duration in seconds that no duration of the bucket differs from by more than `ERROR`."""
    return 2 * GROWTH**number / (GROWTH + 1) / 1000 if number > 0 else 0.0


def packed(number: int, count: int) -> int:
    """Returns the number that holds a bucket and its count."""
    return number * 2**32 + count


def counts(numbers: Iterable[int]) -> dict[int, int]:
    """Returns the counts by bucket that such numbers hold, added up; buckets of none are left out."""
    found: dict[int, int] = {}
    for number in numbers:
        which = (number + HALF) >> 32
        found[which] = found.get(which, 0) + number - (which << 32)
    return {which: count for which, count in found.items() if count}


def quantiles_s(histogram: Mapping[int, int], shares: Sequence[float]) -> list[float | None]:
    """Returns the durations in seconds that these rising shares of those counted do not exceed; None of nothing."""
    total, below, found = sum(histogram.values()), 0, list[float | None]()
    for which in sorted(histogram):
        below += histogram[which]
        while len(found) < len(shares) and below >= shares[len(found)] * total:
            found.append(value_s(which))
    return found or [None] * len(shares)


def bucket_sql(ms: str) -> str:
    """Returns the SQL for the bucket of an expression in milliseconds."""
    return f"CASE WHEN {ms} < 1 THEN 0 ELSE greatest(1, ceil(ln(({ms})::float8) / {log(GROWTH)!r} - 1e-9))::bigint END"


def packed_sql(ms: str, count: str) -> str:
    """Returns the SQL for the number that holds the bucket of an expression in milliseconds, and a count."""
    return f"(({bucket_sql(ms)}) * 4294967296 + {count})"


def added_up_sql(numbers: str) -> str:
    """Returns the SQL for an array of such numbers with one for each bucket that is not empty, in order."""
    which = "((number + 2147483648) >> 32)"
    return f"""ARRAY(
        SELECT (which << 32) + sum(count)::bigint
        FROM (SELECT {which} AS which, number - ({which} << 32) AS count FROM unnest({numbers}) AS number) AS counted
        GROUP BY which HAVING sum(count) <> 0 ORDER BY which)"""  # noqa: S608 — made of expressions of this room


def counted_sql(number: str) -> str:
    """Returns the SQL, an aggregate, for how many durations such numbers hold."""
    return f"sum({number} - (({_which_sql(number)}) << 32))"


def variance_sql(number: str) -> str:
    """Returns the SQL, an aggregate, for the variance in s² of durations that such numbers hold; null of nothing.

    The durations of a bucket are taken for `value_s`: with them for the mean, too, what they are off by cancels out.
    """
    which = _which_sql(number)
    count = f"({number} - ({which} << 32))"
    value = f"CASE WHEN {which} > 0 THEN {2 / (GROWTH + 1) / 1000!r} * power({GROWTH!r}, {which}) ELSE 0 END"
    total = f"NULLIF({counted_sql(number)}, 0)::float8"
    return f"(sum({count} * ({value}) ^ 2) / {total} - (sum({count} * ({value})) / {total}) ^ 2)"


def _which_sql(number: str) -> str:
    return f"(({number} + {HALF}) >> 32)"
