"""Sums of facts: rows of counts and histograms added up by any columns, in SQL."""

from collections.abc import Sequence

from mci_router.insight.stay_facts import COUNTS, HISTOGRAMS

_WHICH = "((number + 2147483648) >> 32)"


def summed(source: str, by: Sequence[str]) -> str:
    """Returns the SQL that adds up facts of stays: rows of `by`, the counts, the histograms and the revisions.

    `source` is the name of what has rows of facts, such as a common table expression.
    """
    columns, same = ", ".join(by), " AND ".join(f"h.{column} = s.{column}" for column in by)
    sums = ", ".join(f"sum({name})::bigint AS {name}" for name in (*COUNTS, "revision"))
    joins = " ".join(
        f"LEFT JOIN ({_histogram(source, name, columns)}) AS h_{name} ON {same.replace('h.', f'h_{name}.')}"
        for name in HISTOGRAMS
    )
    histograms = ", ".join(f"COALESCE(h_{name}.numbers, '{{}}') AS {name}" for name in HISTOGRAMS)
    return f"""
      SELECT s.*, {histograms} FROM (SELECT {columns}, {sums} FROM {source} GROUP BY {columns}) AS s {joins}
    """  # noqa: S608 — names of this room


def _histogram(source: str, name: str, columns: str) -> str:
    return f"""
      SELECT {columns}, array_agg((which << 32) + count ORDER BY which) AS numbers FROM (
        SELECT {columns}, {_WHICH} AS which, sum(number - ({_WHICH} << 32))::bigint AS count
        FROM {source}, unnest({name}) AS number
        GROUP BY {columns}, which HAVING sum(number - ({_WHICH} << 32)) <> 0
      ) AS counted GROUP BY {columns}
    """  # noqa: S608 — names of this room
