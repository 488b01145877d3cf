"""Recounting: facts of reports held against the segments, contacts and results they come from, and mended where they
differ.

Each comparison is one statement, hence of one moment: what is being projected is in both or in neither.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight import arrival_facts, result_facts, stay_facts, survey_facts
from mci_router.insight.daily import ZONE
from mci_router.insight.local_time import NO_OFFSETS, local_sql, offsets
from mci_router.insight.results import NOTE_ALL, RECOUNTED
from mci_router.values import value

MOST_SHOWN = 20

SINCE = "(CAST(:since AS timestamptz) IS NULL OR starts_at >= :since)"
_BLANKS = ", ".join(f"COALESCE({one}, '') AS {one}" for one in stay_facts.BLANKS)
_SEGMENTS = f"""
    SELECT 1 AS sign, queue, channel, entered_at, left_at, left_as, offers, due_at, answered_at,
      waited_s, held_s, parked_s, talk_s, wrap_up_s, {_BLANKS}
    FROM segments WHERE workspace_id = :workspace
"""  # noqa: S608 — made of the text above
_CONTACTS = "SELECT * FROM contacts WHERE workspace_id = :workspace"


@value
class Counted:
    """A kind of facts: its key, its measures, and the SQL that counts them again."""

    kind: str
    key: tuple[str, ...]
    measures: tuple[str, ...]
    again: str
    by_day: bool = True
    """Whether they are added up by days, too."""
    since: str = SINCE

    @property
    def table(self) -> str:
        """The table of its quarter-hours."""
        return f"interval_{self.kind}"

    @property
    def differs(self) -> str:
        """The SQL condition that a fact `f` and its recount `r` differ; a fact of nothing is as good as none."""
        return " OR ".join(
            f"COALESCE(f.{one}, {_none(one)}) <> COALESCE(r.{one}, {_none(one)})" for one in self.measures
        )


def _none(measure: str) -> str:
    return "'{}'" if measure in stay_facts.HISTOGRAMS else "0"


STAYS = Counted("stays", stay_facts.KEY, stay_facts.MEASURES, stay_facts.facts_of(_SEGMENTS))
ARRIVALS = Counted(
    "arrivals", ("starts_at", *arrival_facts.DIMENSIONS), ("contacts",), arrival_facts.facts_of(_CONTACTS)
)
SURVEYS = Counted("surveys", survey_facts.KEY, survey_facts.MEASURES, survey_facts.AGAIN, by_day=False)


RESULTS = tuple(
    Counted(
        one.kind,
        one.key,
        tuple(one.measures),
        one.facts_of(f"SELECT 1 AS sign, t.* FROM {one.table} t WHERE workspace_id = :workspace"),  # noqa: S608
        since=f"{SINCE} AND starts_at > now() - {RECOUNTED}",
    )
    for one in result_facts.KINDS
)
ALL = (STAYS, ARRIVALS, SURVEYS, *RESULTS)


@value
class Difference:
    """A row of facts that is not what is counted again."""

    kind: str
    key: Mapping[str, Any]
    facts: Mapping[str, Any]
    recounted: Mapping[str, Any]

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.key.items() if value != "")
        pairs = ((name, self.facts[name], self.recounted[name]) for name in self.facts)
        what = ", ".join(f"{name} {has} instead of {should}" for name, has, should in pairs if has != should)
        return f"{self.kind}: {where}: {what}"


async def differences(
    session: AsyncSession, workspace: str, since: datetime | None = None
) -> tuple[int, list[Difference]]:
    """Returns how many rows of facts were compared, from `since` on, and those that differ, `MOST_SHOWN` at most."""
    compared, found = 0, list[Difference]()
    for counted in ALL:
        known = {"workspace": workspace, "since": since, "most": MOST_SHOWN}
        size = f"SELECT count(*) FROM {counted.table} WHERE workspace_id = :workspace"  # noqa: S608 — as below
        compared += int(await session.scalar(text(size), known) or 0)
        rows = (await session.execute(text(_comparison(counted)), known)).mappings()
        found += [_difference(counted, dict(row)) for row in rows]
    return compared, [*found, *await _days(session, workspace)][:MOST_SHOWN]


def _comparison(counted: Counted) -> str:
    keys = ", ".join(counted.key)
    columns = ", ".join(f"f.{one} AS f_{one}, r.{one} AS r_{one}" for one in counted.measures)
    return f"""
      SELECT {keys}, {columns}
      FROM (SELECT * FROM {counted.table} WHERE workspace_id = :workspace) AS f FULL JOIN ({counted.again}) AS r
      USING ({keys})
      WHERE {counted.since} AND ({counted.differs})
      ORDER BY {keys} LIMIT :most
    """  # noqa: S608 — names of this room


def _difference(counted: Counted, row: Mapping[Any, Any]) -> Difference:
    def side(which: str) -> dict[str, Any]:
        return {one: row[f"{which}_{one}"] for one in counted.measures}

    return Difference(counted.kind, {one: row[one] for one in counted.key}, side("f"), side("r"))


DAILY = {
    "stays": "offered + answered + handled",
    "arrivals": "contacts",
    **{one.kind: f"{' + '.join(one.measures)}" for one in result_facts.KINDS},
}


_EVERY = " UNION ALL ".join(
    f"SELECT starts_at FROM {table} WHERE workspace_id = :workspace"  # noqa: S608 — names of this room
    for table in (*(f"interval_{kind}" for kind in DAILY), "interval_changes")
)
REACH = text(f"SELECT min(starts_at), max(starts_at) FROM ({_EVERY}) AS facts")  # noqa: S608 — made of the above


async def _days(session: AsyncSession, workspace: str) -> list[Difference]:
    """Returns days that are not the sum of their quarter-hours, although none of these is marked as changed."""
    known, found = await _known_days(session, workspace), list[Difference]()
    for kind, measure in DAILY.items() if known else ():
        rows = await session.execute(text(f"{_day_sums(kind, measure)} LIMIT :most"), known)
        found += [
            Difference(f"days of {kind}", {"day": row.day}, {"sum": row.daily}, {"sum": row.again}) for row in rows
        ]
    return found


async def _known_days(session: AsyncSession, workspace: str) -> dict[str, Any]:
    """Returns the parameters of `_day_sums`; nothing where no days are added up."""
    zone = await session.scalar(ZONE, {"workspace": workspace})
    if zone is None:
        return {}
    first, last = (await session.execute(REACH, {"workspace": workspace})).one()
    known = {"workspace": workspace, "most": MOST_SHOWN, "zone": zone}
    return {**known, **(NO_OFFSETS if first is None else offsets(ZoneInfo(zone), first, last))}


def _day_sums(kind: str, measure: str) -> str:
    day, mine = f"{local_sql('starts_at')}::date", "WHERE workspace_id = :workspace"
    return f"""
      WITH d AS (SELECT day, sum({measure}) AS total FROM daily_{kind} {mine} AND zone = :zone GROUP BY day),
      q AS (SELECT {day} AS day, sum({measure}) AS total FROM interval_{kind} {mine} GROUP BY 1),
      marked AS (SELECT {day} AS day FROM interval_changes {mine} AND kind = '{kind}')
      SELECT day, d.total AS daily, q.total AS again FROM d FULL JOIN q USING (day)
      WHERE COALESCE(d.total, 0) <> COALESCE(q.total, 0) AND day NOT IN (SELECT day FROM marked)
      ORDER BY day
    """  # noqa: S608 — names of this room


def _mending_days(kind: str, measure: str) -> str:
    """Returns the SQL that drops days that are wrong, and has them added up again."""
    return f"""
      WITH wrong AS MATERIALIZED ({_day_sums(kind, measure)}), dropped AS (
        DELETE FROM daily_{kind} WHERE workspace_id = :workspace AND zone = :zone AND day IN (SELECT day FROM wrong))
      INSERT INTO interval_changes (workspace_id, kind, starts_at)
      SELECT DISTINCT :workspace, '{kind}', starts_at FROM interval_{kind}
      WHERE workspace_id = :workspace AND {local_sql("starts_at")}::date IN (SELECT day FROM wrong)
      ORDER BY starts_at ON CONFLICT DO NOTHING
    """  # noqa: S608 — names of this room


async def mend(session: AsyncSession, workspace: str, since: datetime | None = None) -> None:
    """Counts all facts of a workspace again, from `since` on, in the session's transaction; projectors wait for it.

    Contacts that no projector of this version has seen, such as those from before facts were kept, are counted as well;
    those from before there were results are judged by a router, some moments later.
    """
    known = {"workspace": workspace, "since": since}
    for counted in ALL:
        await session.execute(text(f"LOCK TABLE {counted.table} IN SHARE ROW EXCLUSIVE MODE"))
    await session.execute(text(COUNT_CONTACTS), {"workspace": workspace})
    await session.execute(NOTE_ALL, {"workspace": workspace})
    for counted in ALL:
        for statement in _mending(counted):
            await session.execute(text(statement), known)
    days = await _known_days(session, workspace)
    for kind, measure in DAILY.items() if days else ():
        await session.execute(text(_mending_days(kind, measure)), days)


COUNT_CONTACTS = f"""
    UPDATE contacts c SET arrival = {arrival_facts.ARRIVAL}
    WHERE c.workspace_id = :workspace AND c.arrival IS NULL AND c.journal_id <> ''
"""  # noqa: S608 — made of an expression of this room


def _mending(counted: Counted) -> tuple[str, str]:
    keys, names = ", ".join(counted.key), ", ".join(counted.measures)
    again = f"recounted AS MATERIALIZED ({counted.again})"
    mark = f"""
      INSERT INTO interval_changes AS c (workspace_id, kind, starts_at)
      SELECT DISTINCT :workspace, '{counted.kind}', starts_at FROM mended ORDER BY starts_at
      ON CONFLICT (workspace_id, starts_at, kind) DO UPDATE SET kind = excluded.kind
    """  # noqa: S608 — names of this room
    if not counted.by_day:
        mark = "SELECT 1"
    drop = f"""
      WITH {again}, mended AS (
        DELETE FROM {counted.table} f WHERE workspace_id = :workspace AND {counted.since}
          AND NOT EXISTS (SELECT FROM recounted r WHERE ({_of("r", counted.key)}) = ({_of("f", counted.key)}))
        RETURNING starts_at
      ) {mark}
    """  # noqa: S608 — names of this room
    write = f"""
      WITH {again}, mended AS (
        INSERT INTO {counted.table} AS f (workspace_id, {keys}, {names}, revision)
        SELECT :workspace, {keys}, {names}, 0 FROM recounted WHERE {counted.since} ORDER BY {keys}
        ON CONFLICT (workspace_id, {keys}) DO UPDATE SET
          {", ".join(f"{name} = excluded.{name}" for name in counted.measures)}, revision = f.revision + 1
        WHERE ({_of("f", counted.measures)}) IS DISTINCT FROM ({_of("excluded", counted.measures)})
        RETURNING starts_at
      ) {mark}
    """  # noqa: S608 — names of this room
    return drop, write


def _of(row: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)
