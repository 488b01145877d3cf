"""`python -m benchmarks.side_by_side`: measures, and prints one table; with `--write`, writes docs/benchmarks.md."""

import argparse
import asyncio
import os
import sys
import time

from benchmarks.side_by_side import page
from benchmarks.side_by_side.families import FAMILIES
from benchmarks.side_by_side.figures import Row
from benchmarks.side_by_side.stage import staged


def main() -> None:
    """Measures the families that are asked for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("families", nargs="*", choices=[*FAMILIES, []], help="all unless some are named")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--burst", type=float, default=3, metavar="SECONDS")
    options.add_argument("--write", action="store_true", help=f"write what is found to {page.PAGE.name}")
    chosen, before = options.parse_args(), os.getloadavg()[0]
    rows = asyncio.run(measure(chosen.families or list(FAMILIES), chosen.rounds, chosen.burst))
    if chosen.write:
        command = " ".join(["python -m benchmarks.side_by_side", *sys.argv[1:]])
        page.write(rows, command, f"{before:.1f} before, {os.getloadavg()[0]:.1f} after")


async def measure(families: list[str], rounds: int, burst_s: float) -> list[Row]:
    """Returns the rows of the families, printed as they come."""
    rows: list[Row] = []
    async with staged(rounds=rounds, burst_s=burst_s) as stage:
        for family in families:
            began, before = time.monotonic(), os.getloadavg()[0]
            found = await FAMILIES[family](stage)
            for row in found:
                print_row(row)
            print(
                f"  {family}: {time.monotonic() - began:.0f} s, load average {before:.1f} before, {os.getloadavg()[0]:.1f} after",
                flush=True,
            )
            rows += found
    return rows


def print_row(row: Row) -> None:
    """Prints one row of the table."""
    met = {True: "met", False: "NOT MET", None: ""}[row.met]
    print(f"{row.what:48} {row.figure:>24}  {row.bar:10} {met:8} {row.note}", flush=True)


if __name__ == "__main__":
    main()
