"""Facts of wishes for a person: who asked for one, and how long it took until one answered, by quarter-hours.

A wish is counted in the quarter-hour in which it was made, once when it is known and once when a person has answered or
the contact has ended without one: so the figures of a quarter-hour are about the same customers. A loop counts, beside
all that is served; whose wish is not settled is in an index of its own, so nothing is searched through.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.insight.histogram import added_up_sql, packed_sql
from mci_router.insight.interval_reports import Place, Wanted
from mci_router.insight.levels import quantiles
from mci_router.values import value

BATCH = 200
SKEW = "interval '2 seconds'"  # between the clocks of the live state and of a router
DIMENSIONS = ("channel", "language")
ASKED, SETTLED = 1, 2  # what `person_counted` says

_NOT_SETTLED = f"person_asked_at IS NOT NULL AND person_counted IS DISTINCT FROM {SETTLED}"
_NEWS = "(person_counted IS NULL OR answered_at IS NOT NULL OR ended_at IS NOT NULL)"
_DUE = f"{_NOT_SETTLED} AND {_NEWS}"
# In the order of an index that has those alone: else PostgreSQL may read all contacts to find that there are none.
PENDING = f"""EXISTS (SELECT FROM (
  SELECT person_counted, answered_at, ended_at FROM contacts WHERE {_NOT_SETTLED} ORDER BY id OFFSET 0) AS c
  WHERE {_NEWS})"""  # noqa: S608 — made of the above

# The stays say who answered, also where the contact has gone on since. They are looked up by contact, as their order
# and what is asked of their time make PostgreSQL do: else it may read all stays of the last day for each wish.
_MS = "round(extract(epoch FROM reached_at - asked_at) * 1000)::bigint"
COUNT = text(
    f"""
    WITH due AS (
      SELECT c.id, c.workspace_id, c.person_asked_at AS asked_at, c.channel, COALESCE(c.language, '') AS language,
        c.person_counted AS counted, c.ended_at, (
          SELECT min(GREATEST(s.answered_at, c.person_asked_at)) FROM (
            SELECT answered_at FROM segments WHERE workspace_id = c.workspace_id AND contact_id = c.id
              AND answered_at >= c.person_asked_at - {SKEW}
              AND (entered_at >= c.accepted_at - interval '1 day') IS TRUE
            ORDER BY workspace_id, contact_id, n OFFSET 0) AS s) AS reached_at
      FROM contacts c WHERE {_DUE} ORDER BY c.id LIMIT {BATCH} FOR NO KEY UPDATE OF c SKIP LOCKED
    ), facts AS (
      INSERT INTO interval_person_asks AS f
        (workspace_id, starts_at, channel, language, asked, reached, unreached, reached_ms, times)
      SELECT workspace_id, date_bin('15 minutes', asked_at, 'epoch'), channel, language,
        count(*) FILTER (WHERE counted IS NULL), count(reached_at),
        count(*) FILTER (WHERE reached_at IS NULL AND ended_at IS NOT NULL), COALESCE(sum({_MS}), 0)::bigint,
        COALESCE(array_agg({packed_sql(_MS, "1")}) FILTER (WHERE reached_at IS NOT NULL), '{{}}')
      FROM due GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT (workspace_id, starts_at, channel, language) DO UPDATE SET
        asked = f.asked + excluded.asked, reached = f.reached + excluded.reached,
        unreached = f.unreached + excluded.unreached, reached_ms = f.reached_ms + excluded.reached_ms,
        times = {added_up_sql("f.times || excluded.times")}
    )
    UPDATE contacts c SET person_reached_at = due.reached_at,
      person_counted = CASE WHEN due.reached_at IS NULL AND due.ended_at IS NULL THEN {ASKED} ELSE {SETTLED} END
    FROM due WHERE c.id = due.id AND (due.counted IS NULL OR due.reached_at IS NOT NULL OR due.ended_at IS NOT NULL)
    RETURNING c.id
    """  # noqa: S608 — made of expressions of this room
)


@value
class PersonAsks:
    """Wishes of an interval and a group: `unreached` ended without a person, the others that are not reached wait."""

    asked: int
    reached: int
    unreached: int
    reached_ms: int
    times: Sequence[int]

    @property
    def waiting(self) -> int:
        return self.asked - self.reached - self.unreached

    def reached_s(self) -> dict[str, float | None]:
        """Returns the times within which 50, 90 and 99 of 100 who reached a person did, within 5 %."""
        return quantiles(self.times)

    def mean_s(self) -> float | None:
        return round(self.reached_ms / self.reached / 1000, 3) if self.reached else None


async def count(database: Database) -> None:
    """Counts what is due. Idempotent. Raises DatabaseUnavailable."""
    full = True
    while full:
        async with database.transaction() as session:
            full = len((await session.execute(COUNT)).all()) == BATCH


async def person_asks(session: AsyncSession, wanted: Wanted) -> list[tuple[Place, PersonAsks]]:
    """Returns the wishes of each interval and group, in order, those behind `wanted.after`."""
    same = "".join(f", {name}" for name in wanted.by)
    rows = await session.execute(
        text(
            f"""
            SELECT width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin{same},
              asked, reached, unreached, reached_ms, times
            FROM interval_person_asks
            WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until
            """  # noqa: S608 — names of this room
        ),
        {
            "bounds": list(wanted.bounds),
            "workspace": wanted.workspace,
            "since": wanted.since,
            "until": wanted.bounds[-1],
        },
    )
    found: dict[Place, list[Any]] = {}
    for row in rows:
        found.setdefault(Place(row[0], tuple(row[1 : 1 + len(wanted.by)])), []).append(row)
    behind = [place for place in sorted(found) if wanted.after is None or place > wanted.after]
    return [(place, _added_up(found[place])) for place in behind]


def _added_up(rows: Sequence[Any]) -> PersonAsks:
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("asked", "reached", "unreached", "reached_ms")}
    return PersonAsks(**sums, times=[number for row in rows for number in row.times])
