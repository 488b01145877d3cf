"""What agents did day by day, read from facts: handled contacts and their time, first contacts, CSAT, passed on.

Everything is by the days of the workspace's zone. First-contact resolution and CSAT stand on the day of the contact and
of the survey, so that a share is one of the same customers.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_reports import LONGEST_STAY
from mci_router.insight.agent_tallies import DayTallies, Tally
from mci_router.insight.daily import stale_days
from mci_router.insight.intervals import midnight
from mci_router.vocabulary import SurveyKind

REPEATS_AFTER = timedelta(days=7)  # after which it is known whether a first contact was the only one

_GOOD = " + ".join(f"score_{score}" for score in SurveyKind.CSAT.scale if score >= SurveyKind.CSAT.top)


def _by_days(kind: str, condition: str, sums: str, names: str) -> str:
    """Returns the SQL that adds facts up by agent and day; days that are not added up yet by their quarter-hours."""
    mine = f"workspace_id = :workspace AND agent <> '' AND {condition}"
    return f"""
      SELECT agent, day, {sums} FROM (
        SELECT agent, day, {names} FROM daily_{kind}
        WHERE {mine} AND zone = :zone AND day >= :first AND day < :end AND day <> ALL(CAST(:stale AS date[]))
        UNION ALL
        SELECT agent, (starts_at AT TIME ZONE :zone)::date, {names}
        FROM unnest(CAST(:stale_from AS timestamptz[]), CAST(:stale_to AS timestamptz[])) AS run(run_from, run_to)
        JOIN interval_{kind} ON {mine} AND starts_at >= run_from AND starts_at < run_to
      ) AS facts GROUP BY agent, day
    """  # noqa: S608 — names of this room


STAYS = text(
    _by_days(
        "stays",
        "grain = 'detail'",
        "sum(handled)::bigint AS handled, sum(talk_ms + held_ms + wrap_up_ms)::bigint AS handle_ms",
        "handled, talk_ms, held_ms, wrap_up_ms",
    )
)
FIRSTS = text(
    _by_days(
        "repetitions",
        "true",
        "sum(first)::bigint AS first, sum(first - repeated)::bigint AS resolved",
        "first, repeated",
    )
)
ANSWERS = text(
    f"""
    SELECT agent, (starts_at AT TIME ZONE :zone)::date AS day, sum(answered)::bigint AS answered,
      sum({_GOOD})::bigint AS good
    FROM interval_surveys
    WHERE workspace_id = :workspace AND kind = '{SurveyKind.CSAT}' AND agent <> '' AND answered > 0
      AND starts_at >= :since AND starts_at < :until
    GROUP BY 1, 2
    """  # noqa: S608 — names of this room
)
PASSED_ON = text(
    """
    SELECT agent, (left_at AT TIME ZONE :zone)::date AS day, count(*) FILTER (WHERE left_as = 'transferred')
      AS transferred, count(*) FILTER (WHERE left_as = 'escalated') AS escalated
    FROM segments
    WHERE workspace_id = :workspace AND answered_at IS NOT NULL AND left_as IN ('transferred', 'escalated')
      AND left_at >= :since AND left_at < :until AND entered_at < :until AND entered_at >= :earliest
    GROUP BY 1, 2
    """
)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a workspace, from the first until the day before `end`, as they are known at a moment."""

    workspace: str
    zone: ZoneInfo
    first: date
    end: date

    def parameters(self) -> dict[str, Any]:
        """Returns what the statements above take, but for the days that are not added up."""
        since = midnight(self.first, self.zone)
        return {
            "workspace": self.workspace,
            "zone": self.zone.key,
            "first": self.first,
            "end": self.end,
            "since": since,
            "until": midnight(self.end, self.zone),
            "earliest": since - LONGEST_STAY,
        }


async def agent_days(session: AsyncSession, days: Days, now: datetime) -> DayTallies:
    """Returns by agent what they did on each day on which they did anything."""
    known, found = days.parameters(), defaultdict[str, dict[date, Tally]](dict)
    known_end = min(days.end, (now - REPEATS_AFTER).astimezone(days.zone).date())
    kinds = ((STAYS, "stays", days.end), (FIRSTS, "repetitions", known_end))
    for statement, kind, end in kinds:
        if end > days.first:
            until = {"end": end, **await _stale(session, days, kind, end)}
            _add(found, (await session.execute(statement, known | until)).mappings().all())
    for statement in (ANSWERS, PASSED_ON):
        _add(found, (await session.execute(statement, known)).mappings().all())
    return found


async def _stale(session: AsyncSession, days: Days, kind: str, end: date) -> dict[str, Any]:
    """Returns the days that are read by their quarter-hours, and when they begin and end."""
    every = [days.first + timedelta(days=number) for number in range((end - days.first).days)]
    stale = await stale_days(session, days.workspace, kind, days.zone, every)
    return {
        "stale": stale,
        "stale_from": [midnight(day, days.zone) for day in stale],
        "stale_to": [midnight(day + timedelta(days=1), days.zone) for day in stale],
    }


def _add(found: dict[str, dict[date, Tally]], rows: Sequence[RowMapping]) -> None:
    for row in rows:
        counts = {name: value for name, value in row.items() if name not in ("agent", "day")}
        of_agent = found[row["agent"]]
        of_agent[row["day"]] = of_agent.get(row["day"], Tally()) + Tally(**counts)
