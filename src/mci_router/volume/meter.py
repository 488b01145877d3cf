"""The volume meter: contacts by topic, counted in Redis by every process, so that all see the same volume.

Contacts are counted in buckets of five minutes. A topic's rate is its contacts in the last hour, from which it gets its
volume (`volume.classes`); its last eight days are kept for finding surges (`volume.surges`). The memory is bounded.
Each topic and day has one string of 1,152 bytes, for which Redis takes about 2 KB, deleted after nine days: 20 KB a
topic. Each bucket has one small hash, deleted after seventy minutes. Counts that were lost with Redis come back from
the ledger (`volume.histories`).
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from math import inf
from typing import Any

import numpy as np
from redis.asyncio import Redis, RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import RedisClusterException, RedisError

from mci_router.errors import EngineUnavailable
from mci_router.values import value
from mci_router.vocabulary import Volume
from mci_router.volume import keys
from mci_router.volume.classes import VolumeRules, classify
from mci_router.volume.expectations import BUCKET_S, DAY, HISTORY
from mci_router.volume.keys import EXPIRE_S, HISTORY_EXPIRE_S, WINDOW_BUCKETS
from mci_router.volume.positions import Positions, parsed
from mci_router.volume.surges import FEWEST, Rise, Surge, surging

TIMEOUT_S = 5  # nobody waits for this
RESTORING_S = 60  # for one process to restore a workspace; if it dies, another begins again
READ_ALL_S = 30
GROWN = 1.5  # a count is judged again when it is this much larger: about ten times on its way from 10 to 500
ALL = "*"  # all contacts, counted as a topic: no topic can have this name


@value
class _JudgedHistory:
    """The judgement of a topic's history, and the number of contacts that its newest bucket had then."""

    bucket: int
    contacts: int
    rise: Rise | None


class VolumeMeter:
    """Counts contacts by topic. Its answers are as of its last reading. `clock` gives seconds since the epoch."""

    def __init__(self, client: Redis | RedisCluster, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._recent: dict[str, list[Counter[str]]] = {}
        self._rates: dict[str, Mapping[str, int]] = {}
        self._contacts: dict[str, int] = {}
        self._classes: dict[str, Mapping[str, Volume]] = {}
        self._positions: dict[str, Positions] = {}
        self._judged: dict[str, dict[str, _JudgedHistory]] = {}
        self._noted: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
        self._whole: dict[str, bool] = {}
        self._read_at: dict[str, tuple[int, float]] = {}  # all: with which newest bucket, and when

    def classes(self, workspace: str) -> Mapping[str, Volume]:
        """Returns the volume of each topic that was ever measured; empty until there were enough contacts."""
        return self._classes.get(workspace, {})

    def rates(self, workspace: str) -> Mapping[str, int]:
        """Returns the contacts of each topic in the last hour."""
        return self._rates.get(workspace, {})

    def contacts(self, workspace: str) -> int:
        """Returns the contacts of all topics in the last hour."""
        return self._contacts.get(workspace, 0)

    def positions(self, workspace: str) -> Positions:
        """Returns each topic's position, and its text in Redis, with which `Engine.move_topic` compares."""
        return self._positions.get(workspace, {})

    def note(self, workspace: str, topic: str | None) -> None:
        """Notes one contact; the next `flush` adds it to the shared counts. No request waits for this."""
        self._noted[workspace][self._bucket(), topic or ""] += 1

    async def flush(self) -> None:
        """Adds the noted contacts to the counts that all processes share, in the buckets in which they were noted.

        Raises:
            EngineUnavailable: a shard is away; its notes are kept, and the others are counted.
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
        """Reads the last hour's counts and the topics' positions, and classes the topics again.

        Raises EngineUnavailable.
        """
        buckets, positions, whole = await self._read_counts(workspace)
        self._whole[workspace] = whole
        self._recent[workspace] = buckets
        rates = sum(buckets, Counter[str]())
        self._rates[workspace] = {topic: count for topic, count in rates.items() if topic}
        self._contacts[workspace] = sum(self._rates[workspace].values())
        self._positions[workspace] = parsed(positions, self.positions(workspace))
        before = {
            topic: position.classed for topic, (position, _) in self._positions[workspace].items() if position.classed
        }
        self._classes[workspace] = classify(
            self._rates[workspace], rules, before=before, handle_times_s=handle_times_s, now=self._clock()
        )

    async def _read_counts(self, workspace: str) -> tuple[list[Counter[str]], Mapping[str, str], bool]:
        """Returns the counts of the last hour's buckets, the positions, and whether the counts are all there.

        Of the buckets only the newest two change, but for notes that came late and for what was restored: the others
        are as they were read in the last half minute.
        """
        newest, now = self._bucket(), self._clock()
        bucket, at = self._read_at.get(workspace, (0, 0.0))
        known = bucket == newest and 0 <= now - at < READ_ALL_S and self._whole.get(workspace)
        before = self._recent[workspace][:-2] if known else []
        async with _pipeline(self._client) as pipeline:
            for bucket in range(newest - WINDOW_BUCKETS + 1 + len(before), newest + 1):
                pipeline.hgetall(keys.hour_key(workspace, bucket))
            pipeline.hgetall(keys.positions_key(workspace))
            pipeline.exists(keys.whole_key(workspace))
            *counts, positions, whole = await pipeline.execute()
        if not known:
            self._read_at[workspace] = newest, now
        buckets = [Counter({topic: int(count) for topic, count in bucket.items()}) for bucket in counts]
        return before + buckets, positions, bool(whole)

    def noted(self, workspace: str) -> bool:
        """Returns whether this process has noted contacts that are not counted yet."""
        return bool(self._noted.get(workspace))

    def whole(self, workspace: str) -> bool:
        """Returns whether the counts are all there, as of the last reading; not after they were lost with Redis."""
        return self._whole.get(workspace, True)

    async def may_restore(self, workspace: str, settle_s: float) -> bool:
        """Returns whether this process is the one to restore the counts of a workspace, for the next minute.

        Not within `settle_s` of their loss: first every process adds what it has noted. Raises EngineUnavailable.
        """
        lost, now = f"{keys.whole_key(workspace)}:lost", self._clock()
        async with _pipeline(self._client) as pipeline:
            pipeline.set(lost, now, nx=True, ex=RESTORING_S)
            pipeline.get(lost)
            _, since = await pipeline.execute()
        if now - float(since or now) < settle_s:
            return False
        async with _pipeline(self._client) as pipeline:
            pipeline.set(f"{keys.whole_key(workspace)}:restoring", 1, nx=True, ex=RESTORING_S)
            (mine,) = await pipeline.execute()
        return bool(mine)

    async def restore(self, workspace: str, ledger: Mapping[str, Mapping[int, int]]) -> None:
        """Raises the counts to those of the ledger, by topic and bucket, and marks them as whole.

        The newest bucket is left out: it is just being counted. Raises EngineUnavailable.
        """
        newest = self._bucket()
        self._read_at.pop(workspace, None)
        for topic, counts in ledger.items():
            past = {bucket: count for bucket, count in counts.items() if newest - HISTORY < bucket < newest}
            known = await self._history(workspace, topic, newest) if topic else ()
            async with _pipeline(self._client) as pipeline:
                if topic:
                    missing = {at: count for at, count in past.items() if count > known[at - newest - 1]}
                    keys.set_days(pipeline, workspace, topic, missing)
                if topic != ALL:
                    recent = {at: n for at, n in past.items() if n > self._counted(workspace, at, topic)}
                    keys.set_hour(pipeline, workspace, topic, recent)
                await pipeline.execute()
        async with _pipeline(self._client) as pipeline:
            pipeline.set(keys.whole_key(workspace), 1)
            await pipeline.execute()

    async def read_positions(self, workspace: str) -> None:
        """Reads only the topics' positions, after a move. Raises EngineUnavailable."""
        async with _pipeline(self._client) as pipeline:
            pipeline.hgetall(keys.positions_key(workspace))
            (positions,) = await pipeline.execute()
        self._positions[workspace] = parsed(positions, self.positions(workspace))

    async def forget_positions(self, workspace: str, topics: Sequence[str]) -> None:
        """Deletes the positions of topics that no longer exist. Raises EngineUnavailable."""
        async with _pipeline(self._client) as pipeline:
            pipeline.hdel(keys.positions_key(workspace), *topics)
            await pipeline.execute()

    async def surges(self, workspace: str) -> list[Surge]:
        """Returns the surges under way, of all contacts (first) and of single topics. Raises EngineUnavailable.

        Cheap to call every few seconds: it considers only topics with enough contacts in the last hour, as `read` saw
        them, and reads a history when a bucket has begun or the newest one has grown by half.
        """
        newest, recent = self._bucket(), [_with_all(counts) for counts in self._recent.get(workspace, [])]
        before = self._judged.get(workspace, {})
        busy = {topic for counts in recent for topic, count in counts.items() if count >= FEWEST and topic}
        every: Sequence[int] | None = None  # all contacts, read once where something is judged
        judged = {}
        for topic in sorted(busy | {topic for topic, latest in before.items() if latest.rise}):
            contacts, latest = recent[-1][topic], before.get(topic)
            if latest is None or latest.bucket != newest or contacts >= GROWN * max(latest.contacts, FEWEST / GROWN):
                every = every or await self._history(workspace, ALL, newest)
                latest = _JudgedHistory(newest, contacts, await self._rise(workspace, topic, newest, every))
            judged[topic] = latest
        self._judged[workspace] = judged
        return [_surge(topic, latest.bucket, latest.rise) for topic, latest in judged.items() if latest.rise]

    async def history(self, workspace: str, topic: str) -> Sequence[int]:
        """Returns the contacts of a topic in each bucket of the last eight days, oldest first.

        Raises EngineUnavailable.
        """
        return await self._history(workspace, topic, self._bucket())

    async def _rise(self, workspace: str, topic: str, newest: int, every: Sequence[int]) -> Rise | None:
        """Returns the rise of a topic, measured against all other contacts; for all contacts, by themselves."""
        if topic == ALL:
            return surging(every, cold_start=False)
        history = await self._history(workspace, topic, newest)
        rest = [max(0, of_all - own) for of_all, own in zip(every, history, strict=True)]
        seen = {name for counts in self._recent.get(workspace, []) for name in counts}
        return surging(history, rest=rest, others=len(seen - {topic}))

    def _bucket(self) -> int:
        return int(self._clock()) // BUCKET_S

    async def _add(self, workspace: str, noted: Mapping[tuple[int, str], int]) -> None:
        async with _pipeline(self._client) as pipeline:
            for bucket in sorted({bucket for bucket, _ in noted}):
                counts = _with_all(Counter({topic: count for (at, topic), count in noted.items() if at == bucket}))
                for topic, count in counts.items():
                    if topic != ALL:
                        pipeline.hincrby(keys.hour_key(workspace, bucket), topic, count)
                    if topic:
                        day, slot = divmod(bucket, DAY)
                        key = keys.day_key(workspace, day, topic)
                        pipeline.execute_command("BITFIELD", key, "OVERFLOW", "SAT", "INCRBY", "u32", f"#{slot}", count)
                        pipeline.expire(key, HISTORY_EXPIRE_S)
                pipeline.expire(keys.hour_key(workspace, bucket), EXPIRE_S)
            await pipeline.execute()

    def _counted(self, workspace: str, bucket: int, topic: str) -> float:
        """Returns the contacts of a topic in a bucket of the last hour, as of the last reading; endless before it."""
        recent, place = self._recent.get(workspace, []), bucket - self._bucket() - 1
        return recent[place][topic] if -place <= len(recent) else inf

    async def _history(self, workspace: str, topic: str, newest: int) -> Sequence[int]:
        """Returns the counts of the last eight days up to the newest bucket, oldest first."""
        first = (newest - HISTORY + 1) // DAY
        async with _pipeline(self._client) as pipeline:
            for day in range(first, newest // DAY + 1):
                pipeline.execute_command("GET", keys.day_key(workspace, day, topic), **{NEVER_DECODE: True})
            days = await pipeline.execute()
        counts = np.concatenate([np.frombuffer((day or b"").ljust(4 * DAY, b"\0"), dtype=">u4") for day in days])
        end = newest + 1 - first * DAY
        history: list[int] = counts[max(0, end - HISTORY) : end].tolist()
        return history


def _with_all(counts: Counter[str]) -> Counter[str]:
    return Counter({**counts, ALL: counts.total()})


def _surge(topic: str, newest: int, rise: Rise) -> Surge:
    since = datetime.fromtimestamp((newest - rise.began) * BUCKET_S, UTC)
    return Surge(None if topic == ALL else topic, since, rise.expected, rise.seen, rise.probability, rise.cold)


@asynccontextmanager
async def _pipeline(client: Redis | RedisCluster) -> AsyncIterator[Any]:
    """Opens a pipeline for commands of one workspace; raises EngineUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT_S), client.pipeline(transaction=False) as pipeline:
            yield pipeline
    except (RedisError, RedisClusterException, OSError) as error:
        raise EngineUnavailable from error
