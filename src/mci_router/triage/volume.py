"""How much there is of each topic: counted in Redis by every process, so that all see the same volume.

Contacts are counted in time buckets; a topic's rate is its contacts in the last hour. High-volume topics are the smallest set that
makes up a set share of all contacts; a topic leaves the set only at a larger share than it entered, so that it does not flap.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import RedisClusterException, RedisError

from mci_router.errors import EngineUnavailable
from mci_router.vocabulary import Volume

BUCKET_S = 300
WINDOW_BUCKETS = 12  # an hour
LEAVE_MARGIN = 0.1  # a high-volume topic stays while it is within this much more of the share
TIMEOUT_S = 5  # nobody waits for this
EXPIRE_S = BUCKET_S * (WINDOW_BUCKETS + 2)


class VolumeMeter:
    """Counts contacts by topic, and remembers which topics are high-volume between two readings."""

    def __init__(self, client: Redis | RedisCluster) -> None:
        self._client = client
        self._rates: dict[str, dict[str, int]] = {}
        self._classes: dict[str, dict[str, Volume]] = {}
        self._noted: dict[str, Counter[str]] = defaultdict(Counter)

    def classes(self, workspace: str) -> Mapping[str, Volume]:
        """The volume of each topic as last read; empty until there were enough contacts."""
        return self._classes.get(workspace, {})

    def rates(self, workspace: str) -> Mapping[str, int]:
        """Contacts of each topic in the last hour, as last read."""
        return self._rates.get(workspace, {})

    def note(self, workspace: str, topic: str | None) -> None:
        """Notes one contact; the next `flush` counts it for everybody. No request waits for this."""
        self._noted[workspace][topic or ""] += 1

    async def flush(self) -> None:
        """Adds what was noted to the counts that all processes share.

        Raises:
            EngineUnavailable: when the others are counted, if a shard is away, whose notes are kept.
        """
        away = None
        for workspace, topics in [(workspace, Counter(topics)) for workspace, topics in self._noted.items() if topics]:
            try:
                await self._add(workspace, topics)
                self._noted[workspace] -= topics
            except EngineUnavailable as problem:
                away = problem
        if away:
            raise away

    async def read(self, workspace: str, *, share: float, floor: int) -> None:
        """Reads the last hour's counts and classes the topics anew. Raises EngineUnavailable."""
        newest = int(time.time()) // BUCKET_S
        async with _pipeline(self._client) as pipeline:
            for bucket in range(newest - WINDOW_BUCKETS + 1, newest + 1):
                pipeline.hgetall(f"mci:{{{workspace}}}:volume:{bucket}")
            pipeline.smembers(f"mci:{{{workspace}}}:volume:high")
            *buckets, high = await pipeline.execute()
        rates: Counter[str] = Counter()
        for counts in buckets:
            rates.update({topic: int(count) for topic, count in counts.items() if topic})
        self._rates[workspace] = dict(rates)
        self._classes[workspace] = classify(rates, before=frozenset(high), share=share, floor=floor)
        await self._remember(workspace, self._classes[workspace], frozenset(high))

    async def _add(self, workspace: str, topics: Mapping[str, int]) -> None:
        name = f"mci:{{{workspace}}}:volume:{int(time.time()) // BUCKET_S}"
        async with _pipeline(self._client) as pipeline:
            for topic, contacts in topics.items():
                pipeline.hincrby(name, topic, contacts)
            pipeline.expire(name, EXPIRE_S)
            await pipeline.execute()

    async def _remember(self, workspace: str, classes: Mapping[str, Volume], before: frozenset[str]) -> None:
        high = {topic for topic, volume in classes.items() if volume is Volume.HIGH}
        name = f"mci:{{{workspace}}}:volume:high"
        async with _pipeline(self._client) as pipeline:
            for topic in high - before:
                pipeline.sadd(name, topic)
            for topic in before - high:
                pipeline.srem(name, topic)
            await pipeline.execute()


@asynccontextmanager
async def _pipeline(client: Redis | RedisCluster) -> AsyncIterator[Any]:
    """Commands of one workspace; raises EngineUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT_S), client.pipeline(transaction=False) as pipeline:
            yield pipeline
    except (RedisError, RedisClusterException, OSError) as error:
        raise EngineUnavailable from error


def classify(rates: Mapping[str, int], *, before: frozenset[str], share: float, floor: int) -> dict[str, Volume]:
    """The volume of every counted topic; none while there are fewer than `floor` contacts in all.

    `before` are the topics that were high-volume: they stay so while they are in the smallest set that makes `share` + 0.1.
    """
    total = sum(rates.values())
    if total < floor:
        return {}
    classes, made_up = {}, 0
    for topic, count in sorted(rates.items(), key=lambda item: (-item[1], item[0])):
        enough = share + LEAVE_MARGIN if topic in before else share
        classes[topic] = Volume.HIGH if made_up / total < min(enough, 1.0) else Volume.LOW
        made_up += count
    return classes
