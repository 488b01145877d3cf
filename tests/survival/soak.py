"""The soak: steady load for minutes, and what the processes have in memory meanwhile."""

import asyncio
from collections.abc import Sequence

from tests.survival import books
from tests.survival.checks import verdict
from tests.survival.ground import ground, memory_mb, now
from tests.survival.stage import ROOM, UNITS, Size, Stage, stage

SAMPLE_S = 5.0
KEPT_S = 600
"""The journal keeps what the ledger has for ten minutes: Valkey is looked at after that."""
MOST_ROUTER_MB_H = 40.0
MOST_VALKEY_BYTES = 2_000
"""A contact that has ended is remembered for an hour, and so are the cases' figures: this much for each is no leak."""


async def soak(minutes: float, size: Size) -> int:
    """Runs, prints the slopes, and returns 1 if memory grows or the books are wrong."""
    async with ground() as made, stage(made, size) as played:
        samples = await _sample(played, minutes * 60)
        await played.rest(ended=True)
        read = await books.read(played)
        room = {desk.heard.agent: ROOM for desk in played.desks}
        found = verdict(played.adapter.posts, played.heard, read, room, UNITS)
    print(f"{len(read.ledger):,} contacts in {minutes:g} minutes")
    wrong = [*found.lost, *found.doubled, *found.illegal, *_growth(samples, size.rate)]
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


async def _sample(played: Stage, seconds: float) -> list[tuple[float, ...]]:
    """Returns rows of the time, each router's memory, and Valkey's."""
    pids = [router.pid for router in played.ground.routers] + [one.pid or 0 for one in played.ground.valkeys]
    began, samples = now(), list[tuple[float, ...]]()
    while now() < began + seconds:
        samples.append((now() - began, *(memory_mb(pid) for pid in pids)))
        await asyncio.sleep(SAMPLE_S)
    return samples


def _growth(samples: Sequence[tuple[float, ...]], rate: float) -> list[str]:
    """Prints how each process grew in the second half, and returns what is too much."""
    last, wrong = samples[-1][0], list[str]()
    for column in range(1, len(samples[0])):
        is_valkey = column == len(samples[0]) - 1
        since = min(KEPT_S, 2 * last / 3) if is_valkey else last / 2
        points = [(row[0], row[column]) for row in samples if row[0] >= since]
        hourly = slope(points) * 3600
        name = "Valkey" if is_valkey else f"router {column}"
        line = f"{name}: {samples[0][column]:.0f} MB at first, {samples[-1][column]:.0f} MB at last, {hourly:+.1f} MB/h"
        if is_valkey:
            each = slope(points) * 2**20 / rate
            line += f", {each:,.0f} B a contact"
            wrong += [f"Valkey grew by {each:,.0f} B a contact"] if last > KEPT_S and each > MOST_VALKEY_BYTES else []
        elif hourly > MOST_ROUTER_MB_H:
            wrong.append(f"{name} grew by {hourly:.0f} MB an hour")
        print(line)
    return wrong


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Returns the slope of the straight line that fits best (least squares)."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs)
    return sum((one - x) * (other - y) for one, other in points) / spread if spread else 0.0
