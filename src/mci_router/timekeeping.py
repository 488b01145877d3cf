"""Timekeeping: a process whose clock is wrong goes by the ledger's.

The contacts of all processes stand in the same lines by their age, and the same reports count their times: one clock
that is an hour behind would put its contacts before everybody else's.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import text

from mci_router import clock, ids
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

LOOK_S, GLANCE_S = 60, 1  # a clock drifts slowly; one that is set is noticed by the other clock, which only counts
SET_S = 1  # between two glances no clock drifts as far
TOLERATED = timedelta(seconds=2)  # more than NTP leaves, and less than anybody waits


@asynccontextmanager
async def keeping_time(database: Database) -> AsyncIterator[None]:
    """Holds the process's clock against the ledger's until the block ends: at once, every minute and when it is set."""
    ahead_s = _ahead_s()
    await look(database)
    looking = asyncio.create_task(_repeat(database, ahead_s), name="timekeeping")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _repeat(database: Database, ahead_s: float) -> None:
    due = time.monotonic() + LOOK_S
    while True:
        await asyncio.sleep(GLANCE_S)
        before, ahead_s = ahead_s, _ahead_s()
        if time.monotonic() < due and abs(ahead_s - before) < SET_S:
            continue
        due = time.monotonic() + LOOK_S
        try:
            await look(database)
        except Exception:
            log.exception("the ledger's clock could not be read and will be again")


def _ahead_s() -> float:
    """Returns by how much the machine's clock is ahead of that which only counts: it changes when the clock is set."""
    return clock.uncorrected_now().timestamp() - time.monotonic()


async def look(database: Database) -> None:
    """Corrects the process's clock where it is wrong. While the ledger is away, all stays as it is."""
    try:
        async with database.reading() as session:
            asked = clock.uncorrected_now()
            ledgers: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
            answered = clock.uncorrected_now()
    except DatabaseUnavailable:
        return
    by = correction(asked, ledgers, answered)
    if abs(by - clock.correction()) > TOLERATED:
        log.warning("this machine's clock is %.1f s behind the ledger's: times are the ledger's", by.total_seconds())
    clock.correct(by)
    ids.correct(by)


def correction(asked: datetime, ledgers: datetime, answered: datetime) -> timedelta:
    """Returns what to add to a clock that said `asked` and `answered` around the ledger's moment; none while it may be
    right.
    """
    by = ledgers - (asked + (answered - asked) / 2)
    return by if abs(by) > TOLERATED + (answered - asked) else timedelta()
