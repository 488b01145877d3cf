"""The races at full size, as a row of the table: `tests/test_races.py` in a process of its own."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from tests.survival.scenario import Row
from tests.survival.stage import Recovery

ROOT = Path(__file__).parents[2]
MOST_S = 1_500


async def play(contacts: int) -> Row:
    """Plays the races; its violations are the test's own, in its own words."""
    row = Row(
        "races",
        f"races: {contacts:,} contacts, {_desks(contacts)} desks, 4 routers, one killed",
        recovery=Recovery(0, 0, 0),
    )
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--numprocesses=0", "tests/test_races.py"]
    racing = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, "PROVE": str(contacts)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(racing.communicate(), MOST_S)
    finally:
        if racing.returncode is None:
            racing.send_signal(signal.SIGINT)  # it stops what it has started
            await racing.wait()
    row.accepted, row.seconds = contacts, time.monotonic() - began
    if racing.returncode:
        said = [line[2:].strip() for line in output.decode(errors="replace").splitlines() if line.startswith("E  ")]
        row.failed = " | ".join(said[:8]) or output.decode(errors="replace")[-500:]
    return row


def _desks(contacts: int) -> int:
    """As the races have it: 200 at full size."""
    return min(200, max(20, contacts // 100))
