"""Backlog: who waits in each queue now, by age, and who waited at the ends of intervals; read from the stays.

A contact's age is the time since it was accepted, whatever queues it has been in.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.intervals import quarter
from mci_router.values import value
from mci_router.vocabulary import Channel

AGES: Mapping[str, tuple[float, float | None]] = {
    "under_1_h": (0, 3_600),
    "under_4_h": (3_600, 14_400),
    "under_1_day": (14_400, 86_400),
    "under_3_days": (86_400, 259_200),
    "older": (259_200, None),
}
"""The ages by which those who wait are counted: from how many seconds on, and below how many."""

LONGEST_STAY = timedelta(days=93)  # one that entered earlier is not looked for
PRESENT = timedelta(hours=1)  # over which the present rate of answers is counted


def _of_age(least_s: float, most_s: float | None) -> str:
    upper = f" AND age < {most_s}" if most_s is not None else ""
    return f"count(*) FILTER (WHERE age >= {least_s}{upper})"


NOW = text(
    f"""
    WITH waiting AS (
      SELECT s.queue, s.due_at, c.accepted_at, GREATEST(0, extract(epoch FROM :now - c.accepted_at)) AS age
      FROM segments s JOIN contacts c ON c.id = s.contact_id
      WHERE s.workspace_id = :workspace AND s.left_at IS NULL AND s.answered_at IS NULL AND s.queue = ANY(:queues))
    SELECT q.queue, count(w.queue) AS waiting, count(*) FILTER (WHERE w.due_at < :now) AS late,
      count(*) FILTER (WHERE w.accepted_at < q.since) AS carried_over,
      {", ".join(f"{_of_age(*bounds)} AS {name}" for name, bounds in AGES.items())},
      (SELECT COALESCE(sum(answered), 0)::bigint FROM interval_stays f WHERE f.workspace_id = :workspace
         AND f.grain = 'queue' AND f.starts_at >= :lately AND f.queue = q.queue) AS answered
    FROM unnest(CAST(:queues AS text[]), CAST(:since AS timestamptz[])) AS q(queue, since)
    LEFT JOIN waiting w ON w.queue = q.queue GROUP BY q.queue, q.since
    """  # noqa: S608 — made of the numbers above
)
AT_ENDS = text(
    """
    SELECT b.number - 1 AS number, s.queue, count(*) AS waiting,
      count(*) FILTER (WHERE s.entered_at < b.at - interval '1 day') AS over_1_day
    FROM (
      SELECT queue, entered_at, COALESCE(LEAST(answered_at, left_at), 'infinity') AS until FROM segments
      WHERE workspace_id = :workspace AND entered_at >= :earliest AND entered_at < :until) AS s
    JOIN unnest(CAST(:bounds AS timestamptz[])) WITH ORDINALITY AS b(at, number)
      ON s.entered_at < b.at AND s.until >= b.at
    WHERE s.until >= :since GROUP BY b.number, s.queue
    """
)


OF_CHANNEL = """
    SELECT {by} AS value, count(*) AS waiting, count(*) FILTER (WHERE due_at < :now) AS late, {ages}
    FROM (
      SELECT s.queue, s.topic, s.channel, s.cell, s.due_at,
        GREATEST(0, extract(epoch FROM :now - c.accepted_at)) AS age
      FROM segments s JOIN contacts c ON c.id = s.contact_id
      WHERE s.workspace_id = :workspace AND s.left_at IS NULL AND s.answered_at IS NULL AND s.channel = :channel
    ) AS waiting GROUP BY 1 ORDER BY 1
"""


@value
class Aged:
    """Who waits of a group, by its value: how many past their due time, and by age."""

    value: str | None
    waiting: int
    late: int
    ages: Mapping[str, int]


@value
class Backlog:
    """Who waits in a queue: by age, past their due time, and from before it opened today. `answered` were answered in
    the last hour.
    """

    waiting: int
    late: int
    carried_over: int
    ages: Mapping[str, int]
    answered: int

    def clear_s(self, open_for_s: float, staffed: int) -> float | None:
        """Returns the seconds of open time until all who wait are answered, at the rate of the last hour, in which the
        queue was open for so long. None while nobody works on it.
        """
        if not staffed or not self.answered or not open_for_s:
            return None
        return self.waiting * open_for_s / self.answered


def lately(now: datetime) -> datetime:
    """Returns since when answers are counted for the present rate: whole quarter-hours, and the one that goes on."""
    return quarter(now) - PRESENT


async def backlog_now(
    session: AsyncSession, workspace: str, opened: Mapping[str, datetime], now: datetime
) -> dict[str, Backlog]:
    """Returns who waits in each queue; `opened` is since when what has come to it is of today."""
    values = {"workspace": workspace, "queues": list(opened), "since": list(opened.values())}
    rows = await session.execute(NOW, values | {"now": now, "lately": lately(now)})
    return {
        row["queue"]: Backlog(
            row["waiting"], row["late"], row["carried_over"], {age: row[age] for age in AGES}, row["answered"]
        )
        for row in rows.mappings()
    }


async def backlog_at(
    session: AsyncSession, workspace: str, bounds: Sequence[datetime]
) -> dict[tuple[int, str], tuple[int, int]]:
    """Returns how many waited at a moment, by its number and queue, and how many of them for more than a day."""
    values = {"workspace": workspace, "bounds": list(bounds), "since": bounds[0], "until": bounds[-1]}
    rows = await session.execute(AT_ENDS, values | {"earliest": bounds[0] - LONGEST_STAY})
    return {(row.number, row.queue): (row.waiting, row.over_1_day) for row in rows}


async def backlog_of(
    session: AsyncSession, workspace: str, channel: Channel, by: str | None, now: datetime
) -> list[Aged]:
    """Returns who waits of a channel, by `queue`, `topic`, `channel` or `cell`; by none, all together."""
    ages = ", ".join(f"{_of_age(*bounds)} AS {name}" for name, bounds in AGES.items())
    query = OF_CHANNEL.format(by=by or "NULL::text", ages=ages)
    rows = await session.execute(text(query), {"workspace": workspace, "channel": channel, "now": now})
    return [Aged(row["value"], row["waiting"], row["late"], {age: row[age] for age in AGES}) for row in rows.mappings()]
