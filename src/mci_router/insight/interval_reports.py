"""Reports by intervals, read from facts: a row for each interval and group in which anything happened.

A page is read in steps: how far it reaches, its sums, its histograms. No step reads facts behind the page.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import InvalidRequest
from mci_router.insight import stay_facts
from mci_router.insight.daily import stale_days
from mci_router.insight.histogram import counted_sql, variance_sql
from mci_router.insight.intervals import ReportInterval, midnight
from mci_router.insight.levels import Stays
from mci_router.insight.local_time import NO_OFFSETS, local_sql, offsets
from mci_router.insight.result_facts import ResultFacts
from mci_router.values import value

MOST_QUARTERS, MOST_DAYS = 20_000, 4_000  # facts a page, unless one interval has more: a day has a larger histogram

SHORTEN = "take a shorter period, longer intervals or fewer dimensions"
QUARTER = timedelta(minutes=15)

Row = TypeVar("Row")


class Place(NamedTuple):
    """Where a row stands among all: the number of its interval, from 0, and the values of its groups."""

    interval: int
    values: tuple[str, ...]


@value
class Wanted:
    """What a report is asked for. `bounds` are where its intervals begin and the last one ends, in the zone's days and
    hours; `by` are dimensions of the facts; at most `limit` rows behind the place `after` are wanted.
    """

    workspace: str
    bounds: Sequence[datetime]
    zone: ZoneInfo
    interval: ReportInterval
    by: tuple[str, ...]
    limit: int
    after: Place | None = None

    @property
    def by_day(self) -> bool:
        """Whether its intervals are made of days."""
        return self.interval.by_day

    @property
    def since(self) -> datetime:
        """Where the first interval begins that may have a row."""
        return self.bounds[self.after.interval if self.after else 0]

    def until(self, interval: int) -> dict[str, Any]:
        """Returns the parameters by which nothing is read from that interval on."""
        return {"until": self.bounds[interval], "until_day": self.bounds[interval].astimezone(self.zone).date()}

    def parameters(self, stale: Sequence[date]) -> dict[str, Any]:
        """Returns what the statements below take; the days `stale` are read by their quarter-hours."""
        runs = _runs(stale)
        place = {f"after_{number}": value for number, value in enumerate(self.after.values)} if self.after else {}
        return {
            "workspace": self.workspace,
            "zone": self.zone.key,
            "bounds": list(self.bounds),
            "days": [bound.astimezone(self.zone).date() for bound in self.bounds],
            "since": self.since,
            "since_day": self.since.astimezone(self.zone).date(),
            **self.until(len(self.bounds) - 1),
            "stale": list(stale),
            "stale_from": [midnight(run[0], self.zone) for run in runs],
            "stale_to": [midnight(run[-1] + timedelta(days=1), self.zone) for run in runs],
            "limit": self.limit,
            "keys": self.limit * self.interval.pieces,
            "most": MOST_DAYS if self.by_day else MOST_QUARTERS,
            "after_interval": self.after.interval if self.after else -1,
            **(offsets(self.zone, self.bounds[0], self.bounds[-1]) if stale else NO_OFFSETS),
            **place,
        }


@value
class Page(Generic[Row]):
    """Rows in order, and whether more may follow."""

    rows: list[tuple[Place, Row]]
    more: bool


async def stays(session: AsyncSession, wanted: Wanted) -> Page[Stays]:
    """Returns the stays of each interval and group."""
    return await _read(session, wanted, _stay_source(wanted.by), stay_facts.HISTOGRAMS)


async def arrivals(session: AsyncSession, wanted: Wanted) -> Page[Mapping[str, int]]:
    """Returns the contacts accepted in each interval, by group: rows with `contacts` and `revision`."""
    return await _read(session, wanted, _Source("arrivals", "true", ("contacts", "revision")), ())


async def results(
    session: AsyncSession, wanted: Wanted, facts: ResultFacts, known_before: datetime
) -> Page[Mapping[str, int]]:
    """Returns what became of contacts: rows with the measures of the facts, and each of them again as `known_…`, of the
    quarter-hours, or in days' reports the days, that were over by `known_before`.
    """
    return await _read(session, wanted, _result_source(facts, known_before), ())


async def stay_totals(session: AsyncSession, wanted: Wanted, counts: Sequence[str]) -> list[tuple[Place, Stays]]:
    """Returns these counts of the stays of each interval and group, all at once and whole.

    Raises InvalidRequest where they are `limit` or more.
    """
    source = replace(_stay_source(wanted.by), counts=tuple(counts))
    return [(place, Stays.of(row)) for place, row in await _totals(session, wanted, source)]


async def result_totals(
    session: AsyncSession, wanted: Wanted, facts: ResultFacts, known_before: datetime, measures: Sequence[str]
) -> list[tuple[Place, Mapping[str, int]]]:
    """Returns what `results` does of these measures, all at once and whole.

    Raises InvalidRequest where they are `limit` or more.
    """
    source = replace(_result_source(facts, known_before), counts=tuple(measures), known=tuple(measures))
    return await _totals(session, wanted, source)


async def variances(session: AsyncSession, wanted: Wanted, enough: int) -> dict[Place, float]:
    """Returns the variance of handle times, in s², by interval and group, where there are enough of them."""
    known = wanted.parameters(await _stale(session, wanted, _stay_source(wanted.by)))
    by = ", ".join(("bin", *wanted.by))
    times = f"({_stay_source(wanted.by).facts(wanted, ('handle_times',))}) AS facts, unnest(handle_times) AS number"
    having = f"HAVING {counted_sql('number')} >= :enough"
    query = f"SELECT {by}, {variance_sql('number')} FROM {times} GROUP BY {by} {having}"  # noqa: S608 — names of this room
    rows = (await session.execute(text(query), known | {"enough": enough})).all()
    return {_place(wanted, row): row[-1] for row in rows}


def _stay_source(by: tuple[str, ...]) -> "_Source":
    return _Source("stays", f"grain = '{stay_facts.grain_of(by)}'", (*stay_facts.COUNTS, "revision"))


def _result_source(facts: ResultFacts, known_before: datetime) -> "_Source":
    return _Source(facts.kind, "true", (*facts.measures, "revision"), tuple(facts.measures), known_before)


async def _totals(session: AsyncSession, wanted: Wanted, source: "_Source") -> list[tuple[Place, Any]]:
    known = wanted.parameters(await _stale(session, wanted, source)) | source.parameters(wanted)
    by, facts = ", ".join(("bin", *wanted.by)), source.facts(wanted, source.counts)
    query = f"SELECT {by}, {source.sums()} FROM ({facts}) AS facts GROUP BY {by} ORDER BY {by} LIMIT :limit"  # noqa: S608
    rows = (await session.execute(text(query), known)).all()
    if len(rows) >= wanted.limit:
        raise InvalidRequest(f"The report counts {wanted.limit:,} groups and intervals or more: {SHORTEN}.")
    return [(_place(wanted, row), row._mapping) for row in rows]


@value
class _Source:
    """Facts of a kind that fulfil a condition, with their counts; those `known` are counted again, as known by then."""

    kind: str
    condition: str
    counts: tuple[str, ...]
    known: tuple[str, ...] = ()
    known_before: datetime | None = None

    def sums(self) -> str:
        """Returns the SQL that adds up the counts."""
        over = "FILTER (WHERE at < :known)"
        again = [f"COALESCE(sum({name}) {over}, 0)::bigint AS known_{name}" for name in self.known]
        return ", ".join([*(f"sum({name})::bigint AS {name}" for name in self.counts), *again])

    def parameters(self, wanted: Wanted) -> dict[str, Any]:
        """Returns the parameters of the sums."""
        if self.known_before is None:
            return {}
        day = self.known_before.astimezone(wanted.zone).date()
        return {"known": day if wanted.by_day else self.known_before - QUARTER}

    def facts(self, wanted: Wanted, names: Iterable[str]) -> str:
        """Returns the SQL for the facts of the page, each with the number of its interval and these columns."""
        same = "".join(f", {name}" for name in (*wanted.by, *names))
        of_quarters = f"width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin{same}"
        mine = f"workspace_id = :workspace AND {self.condition}"
        if not wanted.by_day:
            return f"""
              SELECT starts_at AS at, {of_quarters} FROM interval_{self.kind}
              WHERE {mine} AND starts_at >= :since AND starts_at < :until
            """  # noqa: S608 — names of this room
        # Days that are not added up are read by their quarter-hours.
        return f"""
          SELECT day AS at, width_bucket(day, CAST(:days AS date[])) - 1 AS bin{same} FROM daily_{self.kind}
          WHERE {mine} AND zone = :zone AND day >= :since_day AND day < :until_day
            AND day <> ALL(CAST(:stale AS date[]))
          UNION ALL
          SELECT {local_sql("starts_at")}::date AS at, {of_quarters}
          FROM unnest(CAST(:stale_from AS timestamptz[]), CAST(:stale_to AS timestamptz[])) AS run(run_from, run_to)
          JOIN interval_{self.kind} ON {mine}
            AND starts_at >= GREATEST(run_from, :since) AND starts_at < LEAST(run_to, :until)
        """  # noqa: S608 — names of this room


async def _read(session: AsyncSession, wanted: Wanted, source: _Source, histograms: Iterable[str]) -> Page[Any]:
    known = wanted.parameters(await _stale(session, wanted, source)) | source.parameters(wanted)
    by = ", ".join(("bin", *wanted.by))
    last = await session.scalar(text(_last(source, wanted)), known)
    if last is not None:
        known |= wanted.until(last + 1)
    sums = source.sums()
    facts, behind = source.facts(wanted, source.counts), _behind(wanted)
    query = f"SELECT {by}, {sums} FROM ({facts}) AS facts WHERE {behind} GROUP BY {by} ORDER BY {by} LIMIT :limit"  # noqa: S608
    sums_of = (await session.execute(text(query), known)).all()
    more, names, numbers = last is not None or len(sums_of) == wanted.limit, list(histograms), list[Any]()
    if names and sums_of:
        query = f"SELECT {by}, {', '.join(names)} FROM ({source.facts(wanted, names)}) AS facts WHERE {behind}"  # noqa: S608
        numbers = list((await session.execute(text(query), known | wanted.until(sums_of[-1].bin + 1))).all())
    return Page(await asyncio.to_thread(_gathered, wanted, sums_of, numbers, names), more)  # desks must not wait


def _gathered(wanted: Wanted, sums: Sequence[Any], numbers: Sequence[Any], names: list[str]) -> list[tuple[Place, Any]]:
    """Returns the sums, with their histograms if there are any: the ledger would take ten times as long for these."""
    found = {_place(wanted, row): dict(row._mapping) | {name: [] for name in names} for row in sums}
    for row in numbers:
        if of_place := found.get(_place(wanted, row)):
            for name in names:
                of_place[name] += getattr(row, name)
    return [(place, Stays.of(facts) if names else facts) for place, facts in found.items()]


def _place(wanted: Wanted, row: Any) -> Place:
    return Place(row[0], tuple(row[1 : 1 + len(wanted.by)]))


async def _stale(session: AsyncSession, wanted: Wanted, source: _Source) -> list[date]:
    days = _days(wanted.since, wanted.bounds[-1], wanted.zone) if wanted.by_day else []
    return await stale_days(session, wanted.workspace, source.kind, wanted.zone, days) if days else []


def _behind(wanted: Wanted) -> str:
    places = ", ".join([":after_interval", *(f":after_{number}" for number in range(len(wanted.by)))])
    return f"({', '.join(('bin', *wanted.by))}) > ({places})" if wanted.after else "true"


def _last(source: _Source, wanted: Wanted) -> str:
    """Returns the SQL for the number of the interval after which there may be no room for another on the page.

    It reads only as much of the facts' index as the page has; null if all that follows has room.
    """
    by = ", ".join(("at", *wanted.by))
    facts = f"({source.facts(wanted, ())}) AS facts WHERE {_behind(wanted)}"
    return f"""
      SELECT LEAST(
        (SELECT max(bin) FROM (
          SELECT {by}, min(bin) AS bin FROM {facts} GROUP BY {by} ORDER BY {by} LIMIT :keys
        ) AS groups HAVING count(*) = :keys),
        (SELECT bin FROM {facts} ORDER BY at OFFSET :most LIMIT 1)
      )
    """  # noqa: S608 — names of this room


def _days(since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    first, end = since.astimezone(zone).date(), until.astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((end - first).days)]


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Returns days in order as runs without a gap."""
    numbered = enumerate(sorted(days))
    return [[day for _, day in run] for _, run in groupby(numbered, lambda pair: pair[1].toordinal() - pair[0])]
