"""Reports by intervals, read from facts: a row for each interval and group in which anything happened.

A page is read in two steps: the rows it has, then their sums over the intervals of the page alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight import stay_facts
from mci_router.insight.daily import stale_days
from mci_router.insight.intervals import midnight
from mci_router.insight.levels import Stays
from mci_router.insight.sums import summed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands among all: the number of its interval, from 0, and the values of its groups."""

    interval: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is asked for. `bounds` are where its intervals begin and the last one ends, by `by_day` midnights
    of `zone`; `by` are dimensions of the facts; at most `limit` rows behind the place `after` are wanted.
    """

    workspace: str
    bounds: Sequence[datetime]
    zone: ZoneInfo
    by_day: bool
    by: tuple[str, ...]
    limit: int
    after: Place | None = None

    @property
    def first(self) -> int:
        """The number of the first interval that may have a row."""
        return self.after.interval if self.after else 0

    def parameters(self, since: datetime, until: datetime, stale: Sequence[date]) -> dict[str, Any]:
        """Returns what the statements below take."""
        stale_from = [midnight(run[0], self.zone) for run in _runs(stale)]
        stale_to = [midnight(run[-1] + timedelta(days=1), self.zone) for run in _runs(stale)]
        place = {f"after_{number}": value for number, value in enumerate(self.after.values)} if self.after else {}
        return {
            "workspace": self.workspace,
            "zone": self.zone.key,
            "bounds": list(self.bounds),
            "days": [bound.astimezone(self.zone).date() for bound in self.bounds],
            "since": since,
            "until": until,
            "since_day": since.astimezone(self.zone).date(),
            "until_day": until.astimezone(self.zone).date(),
            "stale": list(stale),
            "stale_from": stale_from,
            "stale_to": stale_to,
            "limit": self.limit,
            "after_interval": self.after.interval if self.after else -1,
            **place,
        }


async def stays(session: AsyncSession, wanted: Wanted) -> list[tuple[Place, Stays]]:
    """Returns the stays of each interval and group, in order."""
    grain = stay_facts.grain_of(wanted.by)
    measures = (*stay_facts.MEASURES, "revision")
    rows = await _read(session, wanted, "stays", f"grain = '{grain}'", measures, summed)
    return [(place, Stays.of(row)) for place, row in rows]


async def arrivals(session: AsyncSession, wanted: Wanted) -> list[tuple[Place, Mapping[str, Any]]]:
    """Returns the contacts accepted in each interval, by group, in order: rows with `contacts` and `revision`."""

    def sums(source: str, by: Sequence[str]) -> str:
        columns = ", ".join(by)
        counts = "sum(contacts)::bigint AS contacts, sum(revision)::bigint AS revision"
        return f"SELECT {columns}, {counts} FROM {source} GROUP BY {columns}"  # noqa: S608 — names of this room

    return await _read(session, wanted, "arrivals", "true", ("contacts", "revision"), sums)


async def _read(
    session: AsyncSession, wanted: Wanted, kind: str, condition: str, measures: Sequence[str], sums: Any
) -> list[tuple[Place, Mapping[str, Any]]]:
    since, until = wanted.bounds[wanted.first], wanted.bounds[-1]
    days = _days(since, until, wanted.zone) if wanted.by_day else []
    stale = await stale_days(session, wanted.workspace, kind, wanted.zone, days) if days else []
    source = _by_day(wanted, kind, condition) if wanted.by_day else _by_quarter(wanted, kind, condition)
    by = ("bin", *wanted.by)
    known = wanted.parameters(since, until, stale)
    last = await session.scalar(text(_last(source, by, wanted)), known)
    if last is None:
        return []
    known |= {"until": wanted.bounds[last + 1], "until_day": wanted.bounds[last + 1].astimezone(wanted.zone).date()}
    rows = await session.execute(text(_page(source, by, wanted, measures, sums)), known)
    return [(Place(row["bin"], tuple(row[name] for name in wanted.by)), _named(row)) for row in rows.mappings()]


def _named(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    return row


def _by_quarter(wanted: Wanted, kind: str, condition: str) -> str:
    return f"""
      SELECT width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin, * FROM interval_{kind}
      WHERE workspace_id = :workspace AND {condition} AND starts_at >= :since AND starts_at < :until
    """  # noqa: S608 — names of this room


def _by_day(wanted: Wanted, kind: str, condition: str) -> str:
    """Returns days that are added up, and the quarter-hours of those that are not."""
    same = ", ".join((*wanted.by, *_MEASURES[kind]))
    return f"""
      SELECT width_bucket(day, CAST(:days AS date[])) - 1 AS bin, {same} FROM daily_{kind}
      WHERE workspace_id = :workspace AND {condition} AND zone = :zone AND day >= :since_day AND day < :until_day
        AND day <> ALL(CAST(:stale AS date[]))
      UNION ALL
      SELECT width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin, {same}
      FROM unnest(CAST(:stale_from AS timestamptz[]), CAST(:stale_to AS timestamptz[])) AS run(run_from, run_to)
      JOIN interval_{kind} ON workspace_id = :workspace AND {condition}
        AND starts_at >= GREATEST(run_from, :since) AND starts_at < LEAST(run_to, :until)
    """  # noqa: S608 — names of this room


_MEASURES = {"stays": (*stay_facts.MEASURES, "revision"), "arrivals": ("contacts", "revision")}


def _behind(by: Sequence[str], wanted: Wanted) -> str:
    places = ", ".join([":after_interval", *(f":after_{number}" for number in range(len(by) - 1))])
    return f"({', '.join(by)}) > ({places})" if wanted.after else "true"


def _last(source: str, by: Sequence[str], wanted: Wanted) -> str:
    """Returns the SQL for the number of the interval in which the page ends."""
    columns = ", ".join(by)
    return f"""
      SELECT max(bin) FROM (
        SELECT {columns} FROM ({source}) AS facts WHERE {_behind(by, wanted)}
        GROUP BY {columns} ORDER BY {columns} LIMIT :limit
      ) AS page
    """  # noqa: S608 — names of this room


def _page(source: str, by: Sequence[str], wanted: Wanted, measures: Sequence[str], sums: Any) -> str:
    columns = ", ".join(by)
    return f"""
      WITH facts AS ({source})
      SELECT * FROM ({sums("facts", by)}) AS summed WHERE {_behind(by, wanted)} ORDER BY {columns} LIMIT :limit
    """  # noqa: S608 — names of this room


def _days(since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    first, end = since.astimezone(zone).date(), until.astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((end - first).days)]


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Returns days in order as runs without a gap."""
    numbered = enumerate(sorted(days))
    return [[day for _, day in run] for _, run in groupby(numbered, lambda pair: pair[1].toordinal() - pair[0])]
