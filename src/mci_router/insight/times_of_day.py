"""Through the day: the contacts accepted at each time of the workspace's clocks, added up over days, by group.

An hour that comes twice counts in the same place, and one that is skipped has nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.intervals import MINUTES, ReportInterval
from mci_router.insight.local_time import local_sql, offsets
from mci_router.values import value

DAY_MINUTES = 1_440


@value
class TimesOfDay:
    """The groups with the most contacts, each with its contacts by time of day; and what the others have in all."""

    rows: Sequence[tuple[str, Sequence[int]]]
    left_out_groups: int
    left_out_contacts: int


def times_of(interval: ReportInterval) -> list[str]:
    """Returns the times at which the intervals of a day begin, such as `09:15`."""
    return [f"{at // 60:02}:{at % 60:02}" for at in range(0, DAY_MINUTES, MINUTES[interval])]


async def times_of_day(
    session: AsyncSession,
    workspace: str,
    zone: ZoneInfo,
    period: tuple[datetime, datetime],
    interval: ReportInterval,
    by: str,
    most: int,
) -> TimesOfDay:
    """Returns the contacts accepted from the first moment on until before the second, by a dimension of arrivals; of
    at most so many groups.
    """
    statement = f"""
      SELECT {by} AS value, sum(contacts)::bigint AS contacts,
        (extract(epoch FROM {local_sql("starts_at")}::time) / 60)::int / CAST(:minutes AS int) AS place
      FROM interval_arrivals WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until
      GROUP BY value, place
    """  # noqa: S608 — a name of this room
    minutes, (since, until) = MINUTES[interval], period
    known = {"workspace": workspace, "minutes": minutes, "since": since, "until": until, **offsets(zone, since, until)}
    found: dict[str, list[int]] = defaultdict(lambda: [0] * (DAY_MINUTES // minutes))
    for row in await session.execute(text(statement), known):
        found[row.value][row.place] = row.contacts
    return _most(found, most)


def _most(found: Mapping[str, Sequence[int]], most: int) -> TimesOfDay:
    ordered = sorted(((value, counts) for value, counts in found.items() if any(counts)), key=_by_total)
    left = ordered[most:]
    return TimesOfDay(ordered[:most], len(left), sum(sum(counts) for _, counts in left))


def _by_total(row: tuple[str, Sequence[int]]) -> tuple[int, str]:
    return -sum(row[1]), row[0]
