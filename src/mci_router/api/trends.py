"""Trends: what rose and fell, with size, certainty and the contacts behind it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query

from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.reports import Reader
from mci_router.api.router import Router
from mci_router.api.schemas.common import YEARS, Instant
from mci_router.api.schemas.trends import TrendsDigest, TrendsReport
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight.trends.digest import WEEK, WEEKS_BEFORE, data_of, digest_of, last_week
from mci_router.insight.trends.report import Asked, trends

router = Router(tags=["reports"], responses=RESPONSES)

MOST_NOW, MOST_BEFORE, FEWEST_BEFORE = 31, 93, 7
MOST_WEEKS = timedelta(weeks=52)

Since = Annotated[
    Instant | None, Query(description="The later days begin with the day of this moment; 7 before `until`.")
]
Until = Annotated[
    Instant | None, Query(description="They end before the day of this moment; today, which is not over, unless given.")
]
Against = Annotated[
    Instant | None,
    Query(description="The earlier days begin with the day of this moment, and end with `since`; 28 unless given."),
]
Week = Annotated[
    date | None,
    Query(description="Any day of the week; the last one that is over unless given.", examples=["2026-11-23"]),
]


@router.get("/v1/trends", summary="Find trends")
async def get_trends(
    caller: Reader,
    parts: Service,
    since: Since = None,
    until: Until = None,
    against: Against = None,
    words: Annotated[bool, Query(description="Compare what customers wrote, too.")] = True,
) -> TrendsReport:
    """Returns which topics, articles, channels and values of contexts rose and fell, and which words.

    Whole days of the workspace's zone are compared. Of all that is reported, at most 5 in 100 are expected to be there
    by chance, whatever is looked at. Sensitive contacts count only for a key with `contacts:sensitive`.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    days = _days(snapshot.spec.zone, since, until, against)
    asked = Asked(caller.workspace_id, *days, snapshot.spec.zone, sensitive=sees_sensitive(caller), words=words)
    async with parts.heavy.taken(caller.workspace_id):
        found = await trends(parts.database, asked)
    return TrendsReport.model_validate(data_of(asked, found))


@router.get("/v1/trends/digest", summary="Read the trends of a week")
async def get_trends_digest(caller: Reader, parts: Service, week: Week = None) -> TrendsDigest:
    """Returns what rose and fell in a week against the four weeks before it, without sensitive contacts.

    It is found when it is first asked for, and stays as it was found.
    """
    zone = (await parts.snapshots.get(caller.workspace_id)).spec.zone
    monday = _monday(week, last_week(zone))
    async with parts.heavy.taken(caller.workspace_id):
        found = await digest_of(parts.database, caller.workspace_id, zone, monday)
    return TrendsDigest.model_validate({**found, "week": monday})


def _monday(day: date | None, last: date) -> date:
    """Returns the Monday of a day's week, which is over. Raises InvalidRequest."""
    if day is None:
        return last
    monday = day - timedelta(days=day.weekday()) if day.year in YEARS else date.max
    if not last - MOST_WEEKS <= monday <= last:
        raise InvalidRequest("`week` must be a day of a week that is over, of the last 52.")
    return monday


def _days(
    zone: Any, since: datetime | None, until: datetime | None, against: datetime | None
) -> tuple[date, date, date]:
    """Returns the days on which the earlier and the later period begin, and before which this ends.

    Raises InvalidRequest.
    """
    today = utc_now().astimezone(zone).date()
    ends = min(until.astimezone(zone).date(), today) if until else today
    begins = since.astimezone(zone).date() if since else ends - WEEK
    earlier = against.astimezone(zone).date() if against else begins - WEEKS_BEFORE
    if not 1 <= (ends - begins).days <= MOST_NOW:
        raise InvalidRequest(f"From `since` to `until` there must be 1 to {MOST_NOW} days that are over.")
    if not FEWEST_BEFORE <= (begins - earlier).days <= MOST_BEFORE:
        raise InvalidRequest(f"From `against` to `since` there must be {FEWEST_BEFORE} to {MOST_BEFORE} days.")
    return earlier, begins, ends
