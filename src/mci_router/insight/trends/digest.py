"""The digest of a week: its trends against the four weeks before it, found once the week is over, and kept.

It is the same for all who read it and at any time, without sensitive contacts, so that it can be sent around.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mci_router.clock import moment, utc_now
from mci_router.database import Database
from mci_router.insight.trends.finding import Finding, Found
from mci_router.insight.trends.report import Asked, Trends, trends
from mci_router.models import TrendDigest
from mci_router.values import value

WEEK, WEEKS_BEFORE = timedelta(days=7), timedelta(days=28)
LISTS = ("rose", "fell", "words_rose", "words_fell")


@value
class DigestRow:
    """A line of a digest, as a mail or a table has it. `direction` is `rose` or `fell`."""

    direction: str
    dimension: str
    value: str
    before_per_day: float
    now_per_day: float
    ratio: float
    low: float
    high: float
    q: float


def rows(digest: Mapping[str, Any]) -> list[DigestRow]:
    """Returns a digest as rows: what rose, what fell, then words, each the most certain first. Pure."""
    return [
        DigestRow(
            direction=name.removeprefix("words_"),
            **{part: one[part] for part in ("dimension", "value", "before_per_day", "now_per_day", "q")},
            **one["size"],
        )
        for name in LISTS
        for one in digest[name]
    ]


def last_week(zone: ZoneInfo, now: datetime | None = None) -> date:
    """Returns the Monday of the last week that is over."""
    today = (now or utc_now()).astimezone(zone).date()
    return today - timedelta(days=today.weekday()) - WEEK


async def digest_of(database: Database, workspace: str, zone: ZoneInfo, week: date) -> dict[str, Any]:
    """Returns the digest of the week of a Monday, which is over, as `data_of` describes it.

    Raises DatabaseUnavailable.
    """
    kept = select(TrendDigest.digest).where(TrendDigest.workspace_id == workspace, TrendDigest.week == week)
    async with database.transaction() as session:
        known: dict[str, Any] | None = await session.scalar(kept)
    if known:
        return known
    asked = Asked(workspace, week - WEEKS_BEFORE, week, week + WEEK, zone)
    made = data_of(asked, await trends(database, asked))
    async with database.transaction() as session:
        row = insert(TrendDigest).values(workspace_id=workspace, week=week, digest=made)
        await session.execute(row.on_conflict_do_nothing())
        first: dict[str, Any] | None = await session.scalar(kept)  # another request may have been first
    return first or made


def data_of(asked: Asked, found: Trends) -> dict[str, Any]:
    """Returns trends as plain data, as `api.schemas.trends.TrendsReport` describes them. Pure."""
    return {
        "against": moment(asked.begins(asked.against)),
        "since": moment(asked.begins(asked.since)),
        "until": moment(asked.begins(asked.until)),
        "timezone": asked.zone.key,
        "days_before": asked.days_before,
        "days_now": asked.days_now,
        "everything": {"before": found.before, "now": found.now, "size": asdict(found.size)},
        "rose": _trends(asked, found.values, rose=True),
        "fell": _trends(asked, found.values, rose=False),
        "words_rose": _trends(asked, found.words, rose=True),
        "words_fell": _trends(asked, found.words, rose=False),
        "tested": found.values.tested,
        "words_tested": found.words.tested,
    }


def _trends(asked: Asked, found: Found, *, rose: bool) -> Sequence[dict[str, Any]]:
    return [_trend(asked, one) for one in found.findings if one.rose is rose]


def _trend(asked: Asked, one: Finding) -> dict[str, Any]:
    return {
        **asdict(one),
        "contacts": list(one.contacts),
        "before_per_day": round(one.before / asked.days_before, 2),
        "now_per_day": round(one.now / asked.days_now, 2),
        "href": _href(asked, one) if one.dimension == "topic" else None,
    }


def _href(asked: Asked, one: Finding) -> str:
    period = {"since": moment(asked.begins(asked.since)), "until": moment(asked.begins(asked.until))}
    return f"/v1/contacts?{urlencode({'topic': one.value, **period})}"
