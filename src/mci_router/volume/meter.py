"""How much there is of each topic: counted in Redis by every process, so that all see the same volume.

Contacts are counted in buckets of five minutes. A topic's rate is its contacts in the last hour, from which it gets its volume
(`triage.classes`); its last eight days are kept for finding surges (`triage.surge`). What is kept is bounded: of a topic and day one string
of 1,152 bytes, for which Redis takes about 2 KB, and which goes after nine days: so 20 KB a topic. Of a bucket one small hash is kept,
which goes after seventy minutes.
"""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from redis.asyncio import Redis, RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import RedisClusterException, RedisError

from mci_router.errors import EngineUnavailable
from mci_router.vocabulary import Cell, Volume
from mci_router.volume.classes import Place, VolumeRules, classify
from mci_router.volume.surges import BUCKET_S, DAY, FEWEST, HISTORY, Rise, Surge, surging

WINDOW_BUCKETS = 12  # an hour
TIMEOUT_S = 5  # nobody waits for this
EXPIRE_S = BUCKET_S * (WINDOW_BUCKETS + 2)
DAY_S = DAY * BUCKET_S
HISTORY_EXPIRE_S = 9 * DAY_S  # eight days back from now lie on nine days
GROWN = 1.5  # a count is judged again when it is this much larger: about ten times on its way from 10 to 500
ALL = "*"  # counted as a topic: no topic can have this name


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found of a topic's history when its newest bucket held so many contacts."""

    bucket: int
    contacts: int
    rise: Rise | None


class VolumeMeter:
    """Counts contacts by topic. What it tells is as of its last reading. `clock` gives seconds since the epoch."""

    def __init__(self, client: Redis | RedisCluster, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._recent: dict[str, list[Counter[str]]] = {}
        self._rates: dict[str, Mapping[str, int]] = {}
        self._contacts: dict[str, int] = {}
        self._classes: dict[str, Mapping[str, Volume]] = {}
        self._places: dict[str, Mapping[str, tuple[Place, str]]] = {}
        self._judged: dict[str, dict[str, _Judged]] = {}
        self._noted: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)

    def classes(self, workspace: str) -> Mapping[str, Volume]:
        """The volume of each topic that was ever measured; empty until there were enough contacts."""
        return self._classes.get(workspace, {})

    def rates(self, workspace: str) -> Mapping[str, int]:
        """Contacts of each topic in the last hour."""
        return self._rates.get(workspace, {})

    def contacts(self, workspace: str) -> int:
        """Contacts of all topics in the last hour."""
        return self._contacts.get(workspace, 0)

    def places(self, workspace: str) -> Mapping[str, tuple[Place, str]]:
        """Where each topic is in the matrix, and the text that says so in Redis, which `Engine.move_topic` wants to see."""
        return self._places.get(workspace, {})

    def note(self, workspace: str, topic: str | None) -> None:
        """Notes one contact; the next `flush` counts it for everybody. No request waits for this."""
        self._noted[workspace][self._bucket(), topic or ""] += 1

    async def flush(self) -> None:
        """Adds what was noted to the counts that all processes share, in the buckets in which it was noted.

        Raises:
            EngineUnavailable: when the others are counted, if a shard is away, whose notes are kept.
        """
        away = None
        for workspace, noted in [(workspace, Counter(noted)) for workspace, noted in self._noted.items() if noted]:
            try:
                await self._add(workspace, noted)
                self._noted[workspace] -= noted
            except EngineUnavailable as problem:
                away = problem
        if away:
            raise away

    async def read(self, workspace: str, rules: VolumeRules, handle_times_s: Mapping[str, float] | None = None) -> None:
        """Reads the last hour's counts and the topics' places, and classes the topics anew. Raises EngineUnavailable."""
        newest = self._bucket()
        async with _pipeline(self._client) as pipeline:
            for bucket in range(newest - WINDOW_BUCKETS + 1, newest + 1):
                pipeline.hgetall(_hour_key(workspace, bucket))
            pipeline.hgetall(places_key(workspace))
            *buckets, places = await pipeline.execute()
        self._recent[workspace] = [Counter({topic: int(count) for topic, count in counts.items()}) for counts in buckets]
        rates = sum(self._recent[workspace], Counter[str]())
        self._rates[workspace] = {topic: count for topic, count in rates.items() if topic}
        self._contacts[workspace] = sum(self._rates[workspace].values())
        self._places[workspace] = _places(places)
        before = {topic: place.classed for topic, (place, _) in self._places[workspace].items() if place.classed}
        self._classes[workspace] = classify(self._rates[workspace], rules, before=before, handle_times_s=handle_times_s, now=self._clock())

    async def read_places(self, workspace: str) -> None:
        """Reads the topics' places alone, after a move. Raises EngineUnavailable."""
        async with _pipeline(self._client) as pipeline:
            pipeline.hgetall(places_key(workspace))
            (places,) = await pipeline.execute()
        self._places[workspace] = _places(places)

    async def forget_places(self, workspace: str, topics: Sequence[str]) -> None:
        """Forgets where topics were that are no more. Raises EngineUnavailable."""
        async with _pipeline(self._client) as pipeline:
            pipeline.hdel(places_key(workspace), *topics)
            await pipeline.execute()

    async def surges(self, workspace: str) -> list[Surge]:
        """The surges under way, of all contacts (first) and of single topics. Raises EngineUnavailable.

        Cheap to ask every few seconds: only topics with contacts enough in the last hour are looked at, as `read` saw them, and a history
        is read when a bucket has begun or the newest one has grown by half.
        """
        newest, recent = self._bucket(), [_with_all(counts) for counts in self._recent.get(workspace, [])]
        before = self._judged.get(workspace, {})
        busy = {topic for counts in recent for topic, count in counts.items() if count >= FEWEST and topic}
        judged = {}
        for topic in sorted(busy | {topic for topic, found in before.items() if found.rise}):
            contacts, found = recent[-1][topic], before.get(topic)
            if found is None or found.bucket != newest or contacts >= GROWN * max(found.contacts, FEWEST / GROWN):
                found = _Judged(newest, contacts, surging(await self._history(workspace, topic, newest), cold_start=topic != ALL))
            judged[topic] = found
        self._judged[workspace] = judged
        return [_surge(topic, found.bucket, found.rise) for topic, found in judged.items() if found.rise]

    def _bucket(self) -> int:
        return int(self._clock()) // BUCKET_S

    async def _add(self, workspace: str, noted: Mapping[tuple[int, str], int]) -> None:
        async with _pipeline(self._client) as pipeline:
            for bucket in sorted({bucket for bucket, _ in noted}):
                counts = _with_all(Counter({topic: count for (at, topic), count in noted.items() if at == bucket}))
                for topic, count in counts.items():
                    if topic != ALL:
                        pipeline.hincrby(_hour_key(workspace, bucket), topic, count)
                    if topic:
                        day, slot = divmod(bucket, DAY)
                        key = _day_key(workspace, day, topic)
                        pipeline.execute_command("BITFIELD", key, "OVERFLOW", "SAT", "INCRBY", "u32", f"#{slot}", count)
                        pipeline.expire(key, HISTORY_EXPIRE_S)
                pipeline.expire(_hour_key(workspace, bucket), EXPIRE_S)
            await pipeline.execute()

    async def _history(self, workspace: str, topic: str, newest: int) -> Sequence[int]:
        """The counts of the last eight days up to the newest bucket, oldest first."""
        first = (newest - HISTORY + 1) // DAY
        async with _pipeline(self._client) as pipeline:
            for day in range(first, newest // DAY + 1):
                pipeline.execute_command("GET", _day_key(workspace, day, topic), **{NEVER_DECODE: True})
            days = await pipeline.execute()
        counts = np.concatenate([np.frombuffer((said or b"").ljust(4 * DAY, b"\0"), dtype=">u4") for said in days])
        end = newest + 1 - first * DAY
        history: list[int] = counts[max(0, end - HISTORY) : end].tolist()
        return history


def places_key(workspace: str) -> str:
    """Where topics are in the matrix: a hash by topic, written by `move_topic` alone."""
    return f"mci:{{{workspace}}}:volume:places"


def _hour_key(workspace: str, bucket: int) -> str:
    return f"mci:{{{workspace}}}:volume:{bucket}"


def _day_key(workspace: str, day: int, topic: str) -> str:
    return f"mci:{{{workspace}}}:volume:day:{day}:{topic}"


def _places(told: Mapping[str, str]) -> Mapping[str, tuple[Place, str]]:
    places = {topic: (json.loads(said), said) for topic, said in told.items()}
    return {
        topic: (Place(**{**place, "cell": Cell(place["cell"]), "volume": Volume(place["volume"])}), said)
        for topic, (place, said) in places.items()
    }


def _with_all(counts: Counter[str]) -> Counter[str]:
    return Counter({**counts, ALL: counts.total()})


def _surge(topic: str, newest: int, rise: Rise) -> Surge:
    since = datetime.fromtimestamp((newest - rise.began) * BUCKET_S, UTC)
    return Surge(None if topic == ALL else topic, since, rise.expected, rise.seen, rise.probability)


@asynccontextmanager
async def _pipeline(client: Redis | RedisCluster) -> AsyncIterator[Any]:
    """Commands of one workspace; raises EngineUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT_S), client.pipeline(transaction=False) as pipeline:
            yield pipeline
    except (RedisError, RedisClusterException, OSError) as error:
        raise EngineUnavailable from error
