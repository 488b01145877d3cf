"""`python -m tests.survival`: does every fault, prints one table, and ends with 1 if anything was violated."""

import argparse
import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.survival import races, soak, table
from tests.survival.faults import SCENARIOS
from tests.survival.faults.routers import faketime
from tests.survival.faults.servers import small_disk
from tests.survival.ground import Ground, ground
from tests.survival.scenario import Row, Scenario, play
from tests.survival.stage import SIZE

MOST_S = 2_400
"""Of all scenarios together, whatever goes wrong."""


async def main() -> int:
    """Plays what was asked for. Returns the exit code."""
    asked = _asked()
    if asked.soak:
        return await soak.soak(asked.soak, replace(SIZE, rate=asked.rate, rest_s=60))
    chosen = [
        replace(one, size=replace(one.size, rate=asked.rate))
        for one in SCENARIOS
        if not asked.only or one.name in asked.only
    ]
    began, rows = time.monotonic(), list[Row]()
    _install_faketime(chosen)
    try:
        async with asyncio.timeout(MOST_S):
            for kind in dict.fromkeys(one.ground for one in chosen):
                await _play_all(kind, [one for one in chosen if one.ground == kind], rows)
            if asked.races:
                rows.append(await races.play(asked.races))
    finally:
        if rows:
            print("\n" + table.printed(rows), flush=True)
    if asked.write:
        table.write(rows, replace(SIZE, rate=asked.rate), time.monotonic() - began, asked.command)
    return 0 if all(row.word in ("ok", "skipped") for row in rows) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.survival", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[one.name for one in SCENARIOS], help="these scenarios alone")
    parser.add_argument("--rate", type=float, default=SIZE.rate, help="contacts a second (%(default)g)")
    parser.add_argument("--races", type=int, metavar="CONTACTS", help="the races as well, with so many contacts")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="instead of faults: steady load, and memory")
    parser.add_argument("--write", action="store_true", help="write docs/survival.md")
    parser.add_argument("--command", default="python -m tests.survival", help=argparse.SUPPRESS)
    return parser.parse_args()


async def _play_all(kind: str, scenarios: Sequence[Scenario], rows: list[Row]) -> None:
    """Plays the scenarios of one ground; those that cannot be done here are skipped aloud."""
    able = []
    for scenario in scenarios:
        if lacks := scenario.lacks():
            print(f"SKIPPED {scenario.name}: {lacks}", flush=True)
            rows.append(Row(scenario.name, scenario.title, skipped=lacks))
        else:
            able.append(scenario)
    if not able:
        return
    try:
        await _play_on(kind, able, rows)
    except Exception as failure:  # the ground itself: the proof goes on elsewhere
        played = {row.name for row in rows}
        failed = f"the ground: {type(failure).__name__}: {failure}"
        rows += [Row(one.name, one.title, failed=failed) for one in able if one.name not in played]


async def _play_on(kind: str, able: Sequence[Scenario], rows: list[Row]) -> None:
    async with _ground(kind) as made:
        for scenario in able:
            print(f"{scenario.name}: {scenario.title} ...", end=" ", flush=True)
            rows.append(await play(made, scenario))
            print(f"{rows[-1].word} ({rows[-1].seconds:.0f} s)", *table.remarks(rows[-1]), sep="\n  ", flush=True)


@asynccontextmanager
async def _ground(kind: str) -> AsyncIterator[Ground]:
    with ExitStack() as stack:
        disk = None
        if kind == "disk":
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mci-disk-")))
            disk = stack.enter_context(small_disk(directory))
        async with ground(disk=disk, replicas=kind == "cluster") as made:
            yield made


def _install_faketime(chosen: Sequence[Scenario]) -> None:
    """Where Debian's package can be had, it is."""
    if any(one.name == "clock" for one in chosen) and not faketime() and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "faketime"], capture_output=True, check=False)


def _stop_on_sigterm() -> None:
    """SIGTERM ends the proof as Ctrl-C does: all that was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


if __name__ == "__main__":
    _stop_on_sigterm()
    try:
        sys.exit(asyncio.run(main()))
    except KeyboardInterrupt:
        sys.exit(130)
