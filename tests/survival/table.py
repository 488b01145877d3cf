"""The table of the proof: on the terminal, and in `docs/survival.md`."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from mci_router.embedded.programs import postgres_program, run, valkey_program
from tests.survival.scenario import Row
from tests.survival.stage import NEVER, Size

PAGE = Path(__file__).parents[2] / "docs" / "survival.md"
BEGIN, END = "<!-- made by make prove-survival WRITE=1 -->", "<!-- end of what is made -->"
HEAD = ("fault", "contacts accepted", "frames", "lost", "doubled", "illegal", "recovery s", "verdict")
MOST_SHOWN = 10


def cells(row: Row) -> tuple[str, ...]:
    """Returns a row as the table has it."""
    if row.skipped or row.failed:
        return (row.title, *["–"] * 6, row.word)
    found = row.found
    counted = (row.accepted, row.frames, len(found.lost), len(found.doubled), len(found.illegal))
    recovery = "never" if row.recovery.seconds > NEVER / 2 else f"{row.recovery.seconds:.1f}"
    return (row.title, *(f"{number:,}" for number in counted), recovery, row.word)


def printed(rows: Sequence[Row]) -> str:
    """Returns the table with columns aligned, and below it what was found, skipped or failed."""
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [
        "  ".join(
            cell.ljust(width) if column in (0, 7) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join([*(line.rstrip() for line in text), *(line for row in rows for line in remarks(row))])


def remarks(row: Row) -> list[str]:
    """Returns what there is to say about a row that is not simply well."""
    if row.skipped or row.failed:
        return [f"{row.name}: {row.skipped or row.failed}"]
    found = [*row.found.lost, *row.found.doubled, *row.found.illegal]
    more = [f"{row.name}: and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    slow = [f"{row.name}: {row.recovery}"] if row.word == "SLOW" else []
    return [*(f"{row.name}: {line}" for line in found[:MOST_SHOWN]), *more, *slow]


def write(rows: Sequence[Row], size: Size, seconds: float, command: str) -> None:
    """Puts the table into the page, with when, where and how it was made."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{_markdown(rows, size, seconds, command)}\n\n{END}{after}", encoding="utf-8")


def _markdown(rows: Sequence[Row], size: Size, seconds: float, command: str) -> str:
    lines = [HEAD, ("---", *["--:"] * 6, "---"), *(cells(row) for row in rows)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    said = "".join(f"\n- {line}" for row in rows for line in remarks(row))
    return f"{_made(size, seconds, command)}\n\n{table}" + (f"\n\nRemarks:\n{said}" if said else "")


def _made(size: Size, seconds: float, command: str) -> str:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    servers = f"{_version(postgres_program('postgres'))}, {_version(valkey_program())}"
    return (
        f"Made on {datetime.now(UTC):%Y-%m-%d} by `{command}` in {seconds / 60:.0f} minutes, at commit {commit.stdout.strip() or 'unknown'}.\n"
        f"Versions: mci_router {version('mci-router')}, Python {platform.python_version()}, {servers}; {_cores()} cores.\n"
        f"Load: {size.rate:.0f} contacts a second and {size.desks} desks, three routers with the settings as delivered."
    )


def _version(program: str) -> str:
    words = run([program, "--version"]).split()
    number = next((word.removeprefix("v=") for word in words if word.removeprefix("v=")[:1].isdigit()), "")
    return f"{'PostgreSQL' if 'postgres' in program else 'Valkey'} {number}"


def _cores() -> int:
    return os.cpu_count() or 1
