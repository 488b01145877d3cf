"""The proof of triage: every goal, what was measured, and whether it is met. `make bench-triage` prints it.

The data are public sets, looked for in `../shared/data` beside this checkout; where they are absent, the rows say so.
Each part may be run by itself: `python -m benchmarks.triage topics`.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import triage_danger, triage_flood, triage_surge, triage_topics, triage_what_comes
from benchmarks.table import Row

PARTS: dict[str, Callable[[], Sequence[Row]]] = {
    "topics": triage_topics.rows,
    "danger": triage_danger.rows,
    "what_comes": lambda: list(triage_what_comes.rows()),
    "surge": triage_surge.rows,
    "flood": triage_flood.rows,
}
MARKS = {True: "met", False: "NOT met", None: "–"}
PIPED_WIDTH = 150


def main() -> None:
    """Prints the table, part by part as each is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[], help="which parts; all unless named")
    arguments = parser.parse_args()
    console = Console(width=None if os.isatty(1) else PIPED_WIDTH, highlight=False)
    for name in arguments.parts or list(PARTS):
        began = time.perf_counter()
        console.print(_table(name, PARTS[name]()))
        console.print(f"[dim]{name}: {time.perf_counter() - began:.0f} s[/dim]\n")


def _table(name: str, rows: Sequence[Row]) -> Table:
    table = Table(title=name, box=box.HORIZONTALS, show_edge=False, pad_edge=False, title_justify="left")
    for heading in ("What", "Goal", "Figure", "", "Note"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row.what, row.goal, row.figure, MARKS[row.met], row.note)
    return table


if __name__ == "__main__":
    main()
