"""Histories: the counts of contacts survive a lost Redis, because the ledger has every contact."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, text

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.ids import NOUNS
from mci_router.models import Workspace
from mci_router.volume.expectations import BUCKET_S, HISTORY
from mci_router.volume.meter import ALL, VolumeMeter

SETTLING_INTERVALS = 3  # of counting, in which every process adds what it has noted
STEP = timedelta(hours=6)  # contacts counted in one statement: a busy ledger answers in time
EARLIER = timedelta(minutes=1)  # an id is made before its contact is accepted, by so much at most

# Ids begin with the time at which they were made, so that each step reads one range of an index.
COUNTS = text(
    """
    SELECT coalesce(topic, '') AS topic, floor(extract(epoch FROM accepted_at) / :bucket_s)::bigint AS bucket,
      count(*) AS contacts
    FROM contacts
    WHERE workspace_id = :workspace AND id >= :first AND id < :last AND kind = 'customer' AND outcome <> 'none'
    GROUP BY 1, 2
    """
)


class Histories:
    """Brings back the counts of a workspace that Redis has lost."""

    def __init__(self, database: Database, meter: VolumeMeter, settle_s: float) -> None:
        self._database = database
        self._meter = meter
        self._settle_s = settle_s

    async def restore(self, workspace: str) -> None:
        """Counts the contacts of the last eight days in the ledger, unless another process does.

        Raises DatabaseUnavailable, EngineUnavailable: a process tries again in a minute.
        """
        if await self._meter.may_restore(workspace, self._settle_s):
            await self._meter.restore(workspace, await self._counts(workspace))

    async def _counts(self, workspace: str) -> Mapping[str, Mapping[int, int]]:
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for first, last in _steps(await self._since(workspace)):
            bounds = {"first": _lowest_id(first), "last": _lowest_id(last)}
            async with self._database.reading() as session:
                rows = await session.execute(COUNTS, {"workspace": workspace, "bucket_s": BUCKET_S, **bounds})
                for topic, bucket, contacts in rows:
                    counts[topic][bucket] += contacts
                    counts[ALL][bucket] += contacts
        return counts

    async def _since(self, workspace: str) -> datetime:
        async with self._database.reading() as session:
            made = await session.scalar(select(Workspace.created_at).where(Workspace.id == workspace))
        now = utc_now()
        return max(made or now, now - timedelta(seconds=HISTORY * BUCKET_S)) - EARLIER


def _steps(since: datetime) -> Iterator[tuple[datetime, datetime]]:
    now = utc_now() + EARLIER
    while since < now:
        yield since, min(since + STEP, now)
        since += STEP


def _lowest_id(at: datetime) -> str:
    return f"{NOUNS['contact']}_{to_ms(at):012x}"
