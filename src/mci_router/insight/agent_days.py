"""What agents did day by day, read from facts: handled contacts and their time, first contacts, CSAT, passed on.

Everything is by the days of the workspace's zone. First-contact resolution and CSAT stand on the day of the contact and
of the survey, so that a share is one of the same customers.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_tallies import DayTallies, Tally
from mci_router.insight.daily import stale_days
from mci_router.insight.intervals import midnight
from mci_router.insight.local_time import local_sql, offsets
from mci_router.values import value
from mci_router.vocabulary import SurveyKind

REPEATS_AFTER = timedelta(days=7)  # after which it is known whether a first contact was the only one

_GOOD = " + ".join(f"score_{score}" for score in SurveyKind.CSAT.scale if score >= SurveyKind.CSAT.top)


def _of_facts(kind: str, condition: str, sums: str, end: str) -> str:
    """Returns the SQL for facts by agent and day; days that are not added up yet are read by their quarter-hours."""
    mine = f"workspace_id = :workspace AND agent <> '' AND {condition}"
    return f"""
      SELECT agent, day, {sums} FROM daily_{kind}
      WHERE {mine} AND zone = :zone AND day >= :first AND day < :{end} AND day <> ALL(CAST(:stale_{kind} AS date[]))
      UNION ALL
      SELECT agent, {local_sql("starts_at")}::date, {sums}
      FROM unnest(CAST(:from_{kind} AS timestamptz[]), CAST(:to_{kind} AS timestamptz[])) AS run(run_from, run_to)
      JOIN interval_{kind} ON {mine} AND starts_at >= run_from AND starts_at < run_to
    """  # noqa: S608 — names of this room


# What each source counts; of the other counts it has none.
_SOURCES = (
    (
        ("handled", "handle_ms"),
        _of_facts("stays", "grain = 'detail'", "handled AS one, talk_ms + held_ms + wrap_up_ms AS other", "end"),
    ),
    (
        ("first", "resolved"),
        _of_facts("repetitions", "true", "first AS one, first - repeated AS other", "known_end"),
    ),
    (
        ("answered", "good"),
        f"""
        SELECT agent, {local_sql("starts_at")}::date AS day, answered AS one, {_GOOD} AS other
        FROM interval_surveys
        WHERE workspace_id = :workspace AND kind = '{SurveyKind.CSAT}' AND agent <> '' AND answered > 0
          AND starts_at >= :since AND starts_at < :until
        """,  # noqa: S608 — names of this room
    ),
    (
        ("transferred", "escalated"),
        f"""
        SELECT agent, {local_sql("left_at")}::date AS day, (left_as = 'transferred')::int AS one,
          (left_as = 'escalated')::int AS other
        FROM segments
        WHERE workspace_id = :workspace AND answered_at IS NOT NULL AND left_as IN ('transferred', 'escalated')
          AND left_at >= :since AND left_at < :until
        """,  # noqa: S608 — an expression of this room
    ),
)


def _added_up(counts: tuple[str, str], source: str) -> str:
    """Returns the SQL that adds a source up by agent and day, with 0 for the counts that it does not have."""
    sums = dict(zip(counts, ("sum(one)", "sum(other)"), strict=True))
    columns = ", ".join(f"{sums.get(name, '0')}::bigint AS {name}" for name in Tally._fields)
    return f"SELECT agent, day, {columns} FROM ({source}) AS {counts[0]}_source GROUP BY agent, day"  # noqa: S608


_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in Tally._fields)
OF_DAYS = text(
    f"""
    SELECT agent, day, {_SUMS} FROM ({" UNION ALL ".join(_added_up(*source) for source in _SOURCES)}) AS counted
    GROUP BY agent, day
    """  # noqa: S608 — made of the sources above
)


@value
class Days:
    """Days of a workspace, from the first until the day before `end`."""

    workspace: str
    zone: ZoneInfo
    first: date
    end: date

    def parameters(self, known_end: date) -> dict[str, Any]:
        """Returns what the statement takes, but for the days that are not added up. First contacts are known of days
        before `known_end`.
        """
        since, until = midnight(self.first, self.zone), midnight(self.end, self.zone)
        return {
            "workspace": self.workspace,
            "zone": self.zone.key,
            "first": self.first,
            "end": self.end,
            "known_end": known_end,
            "since": since,
            "until": until,
            **offsets(self.zone, since, until),
        }


async def agent_days(session: AsyncSession, days: Days, now: datetime) -> DayTallies:
    """Returns by agent what they did on each day on which they did anything, as it is known at a moment."""
    known_end = min(days.end, (now - REPEATS_AFTER).astimezone(days.zone).date())
    known = days.parameters(known_end)
    known |= await _stale(session, days, "stays", days.end)
    known |= await _stale(session, days, "repetitions", known_end)
    rows: Sequence[Any] = (await session.execute(OF_DAYS, known)).all()
    return await asyncio.to_thread(_by_agent, rows)  # desks must not wait


def _by_agent(rows: Sequence[Any]) -> DayTallies:
    found = defaultdict[str, dict[date, Tally]](dict)
    for agent, day, *counts in rows:
        found[agent][day] = Tally(*counts)
    return found


async def _stale(session: AsyncSession, days: Days, kind: str, end: date) -> dict[str, Any]:
    """Returns the days before `end` that are read by their quarter-hours, and when they begin and end."""
    every = [days.first + timedelta(days=number) for number in range((end - days.first).days)]
    stale = await stale_days(session, days.workspace, kind, days.zone, every) if every else []
    return {
        f"stale_{kind}": stale,
        f"from_{kind}": [midnight(day, days.zone) for day in stale],
        f"to_{kind}": [midnight(day + timedelta(days=1), days.zone) for day in stale],
    }
