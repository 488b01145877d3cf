"""One run of a benchmark on servers of its own, with so many contacts: its command line, its figures, its verdict."""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from mci_router.cli.migrate import migrate
from mci_router.embedded import Servers, running

Measure = Callable[[Servers, int], Awaitable[Mapping[str, float]]]
Verdict = Callable[[Mapping[str, float], int], str | None]


def run(purpose: str, measure: Measure, verdict: Verdict, *, contacts: int, durable: bool) -> None:
    """Prints the figures, and fails with what the verdict says of them and the number of contacts."""
    options = argparse.ArgumentParser(description=purpose.partition("\n")[0])
    options.add_argument("--contacts", type=int, default=contacts)
    options.add_argument("--json", type=Path, help="write the figures to this file, too")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=durable) as servers:
            migrate(servers.database_url)
            figures = asyncio.run(_measured(measure, servers, chosen.contacts))
    for name, figure in figures.items():
        print(f"{name:18} {figure:>12,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures) + "\n")
    if missed := verdict(figures, chosen.contacts):
        raise SystemExit(missed)


async def _measured(measure: Measure, servers: Servers, contacts: int) -> Mapping[str, float]:
    return await measure(servers, contacts)
