"""Trends: what rose and fell, with size, certainty and the contacts behind it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query

from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.reports import YEARS, Reader
from mci_router.api.schemas.common import Instant
from mci_router.api.schemas.trends import EverythingOut, SizeOut, TrendOut, TrendsReport
from mci_router.clock import moment, utc_now
from mci_router.errors import InvalidRequest
from mci_router.insight.trends.finding import Finding, Found
from mci_router.insight.trends.report import Asked, Trends, trends

router = APIRouter(tags=["reports"], responses=RESPONSES)

MOST_NOW, MOST_BEFORE, FEWEST_BEFORE = 31, 93, 7
WEEK, WEEKS_BEFORE = timedelta(days=7), timedelta(days=28)

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
    return TrendsReport(**shown(asked, found))


def shown(asked: Asked, found: Trends) -> dict[str, Any]:
    """Returns a report of trends as `TrendsReport` describes it."""
    since, until, against = (asked.begins(day) for day in (asked.since, asked.until, asked.against))
    return {
        "against": against,
        "since": since,
        "until": until,
        "timezone": asked.zone.key,
        "days_before": (asked.since - asked.against).days,
        "days_now": (asked.until - asked.since).days,
        "everything": EverythingOut(before=found.before, now=found.now, size=SizeOut.model_validate(found.size)),
        "rose": _trends(asked, found.values, rose=True),
        "fell": _trends(asked, found.values, rose=False),
        "words_rose": _trends(asked, found.words, rose=True),
        "words_fell": _trends(asked, found.words, rose=False),
        "tested": found.values.tested,
        "words_tested": found.words.tested,
    }


def _trends(asked: Asked, found: Found, *, rose: bool) -> list[TrendOut]:
    return [_trend(asked, one) for one in found.findings if one.rose is rose]


def _trend(asked: Asked, one: Finding) -> TrendOut:
    return TrendOut(
        dimension=one.dimension,
        value=one.value,
        customers=one.customers,
        before=one.before,
        now=one.now,
        before_per_day=round(one.before / (asked.since - asked.against).days, 2),
        now_per_day=round(one.now / (asked.until - asked.since).days, 2),
        size=SizeOut.model_validate(one.size),
        p=one.p,
        q=one.q,
        log_odds=one.log_odds,
        z=one.z,
        contacts=list(one.contacts),
        href=_href(asked, one),
    )


def _href(asked: Asked, one: Finding) -> str | None:
    if one.dimension != "topic":
        return None
    period = {"since": moment(asked.begins(asked.since)), "until": moment(asked.begins(asked.until))}
    return f"/v1/contacts?{urlencode({'topic': one.value, **period})}"


def _days(
    zone: Any, since: datetime | None, until: datetime | None, against: datetime | None
) -> tuple[date, date, date]:
    """Returns the days on which the earlier and the later period begin, and before which this ends.

    Raises InvalidRequest.
    """
    if any(one and one.year not in YEARS for one in (since, until, against)):
        raise InvalidRequest("`since`, `until` and `against` must lie between the years 1970 and 2199.")
    today = utc_now().astimezone(zone).date()
    ends = min(until.astimezone(zone).date(), today) if until else today
    begins = since.astimezone(zone).date() if since else ends - WEEK
    earlier = against.astimezone(zone).date() if against else begins - WEEKS_BEFORE
    if not 1 <= (ends - begins).days <= MOST_NOW:
        raise InvalidRequest(f"From `since` to `until` there must be 1 to {MOST_NOW} days that are over.")
    if not FEWEST_BEFORE <= (begins - earlier).days <= MOST_BEFORE:
        raise InvalidRequest(f"From `against` to `since` there must be {FEWEST_BEFORE} to {MOST_BEFORE} days.")
    return earlier, begins, ends
