"""Digests told: once a week is over, webhooks that want it are sent what rose and fell, each week once.

A workspace in which no webhook takes it pays nothing for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, Text, cast, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.events import EVERY, FAMILY, EventType
from mci_router.insight.trends.digest import digest_of, last_week
from mci_router.models import TrendDigest, Webhook
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot

INTERVAL_S = 60
FROM = time(6)
"""When a week's digest is told on the Monday after it: in the morning, and once all of Sunday is known."""

MOST = 10  # of each direction: the most certain ones
EVENT = EventType.DIGEST_MADE
TAKEN = cast([EVERY, EVENT.family + FAMILY, str(EVENT)], ARRAY(Text))
"""What a webhook may have among its events that takes it."""

FIGURES = ("dimension", "value", "customers", "before", "now", "before_per_day", "now_per_day", "q")


class Digests:
    """Tells webhooks of weeks that are over."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._told: dict[str, date] = {}

    async def turn(self, snapshot: Snapshot, now: datetime | None = None) -> None:
        """Tells the digest of the last week, if a webhook takes it and it is not told yet.

        Raises DatabaseUnavailable, EngineUnavailable.
        """
        workspace, zone = snapshot.workspace_id, snapshot.spec.zone
        here = (now or utc_now()).astimezone(zone)
        week = last_week(zone, here)
        if (here.weekday() == 0 and here.time() < FROM) or self._told.get(workspace) == week:
            return
        if await self._wanted(workspace, week):
            digest = await digest_of(self._database, workspace, zone, week)
            await self._tell(workspace, week, digest)

    async def _wanted(self, workspace: str, week: date) -> bool:
        takes = exists().where(Webhook.workspace_id == workspace, Webhook.active, Webhook.events.op("&&")(TAKEN))
        async with self._database.reading() as session:
            if not await session.scalar(select(takes)):
                return False
            if told_already := await _told(session, workspace, week):
                self._told[workspace] = week
            return not told_already

    async def _tell(self, workspace: str, week: date, digest: Mapping[str, Any]) -> None:
        """Journals it, unless another process has or does; one that dies meanwhile leaves it to the next turn."""
        mine = TrendDigest.workspace_id == workspace, TrendDigest.week == week
        free = select(TrendDigest.week).where(*mine, TrendDigest.told_at.is_(None)).with_for_update(skip_locked=True)
        async with self._database.transaction() as session:
            if await session.scalar(free) is not None:
                await self._engine.journal_digest(workspace, told(week, digest), command=str(week))
                await session.execute(update(TrendDigest).where(*mine).values(told_at=func.now()))
                self._told[workspace] = week


def told(week: date, digest: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a digest as webhooks are told it: figures, and no word that customers wrote. Pure."""
    everything = digest["everything"]
    lists = {name: list(_figures(digest[name][:MOST])) for name in ("rose", "fell")}
    return {
        "week": str(week),
        "timezone": digest["timezone"],
        "before": everything["before"],
        "now": everything["now"],
        **everything["size"],
        **{name: found for name, found in lists.items() if found},
        **{f"{name}_in_all": len(digest[name]) for name in lists},
        **{name: len(digest[name]) for name in ("words_rose", "words_fell")},
    }


def _figures(trends: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in trends:
        yield {name: one[name] for name in FIGURES} | dict(one["size"])


async def _told(session: AsyncSession, workspace: str, week: date) -> bool:
    known = exists().where(
        TrendDigest.workspace_id == workspace, TrendDigest.week == week, TrendDigest.told_at.is_not(None)
    )
    return bool(await session.scalar(select(known)))
