"""Timekeeping: a process whose clock is wrong goes by the ledger's.

The contacts of all processes stand in the same lines by their age, and the same reports count their times: one clock
that is an hour behind would put its contacts before everybody else's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import text

from mci_router import clock
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

LOOK_S = 60  # a clock drifts slowly, and one that is set is noticed within a minute
TOLERATED = timedelta(seconds=2)  # more than NTP leaves, and less than anybody waits


@asynccontextmanager
async def keeping_time(database: Database) -> AsyncIterator[None]:
    """Holds the process's clock against the ledger's, at once and every minute until the block ends."""
    await look(database)
    looking = asyncio.create_task(_repeat(database), name="timekeeping")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _repeat(database: Database) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            await look(database)
        except Exception:
            log.exception("the ledger's clock could not be read and will be again")


async def look(database: Database) -> None:
    """Corrects the process's clock where it is wrong. While the ledger is away, all stays as it is."""
    try:
        async with database.transaction() as session:
            asked = clock.uncorrected_now()
            ledgers: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
            answered = clock.uncorrected_now()
    except DatabaseUnavailable:
        return
    by = correction(asked, ledgers, answered)
    if abs(by - clock.correction()) > TOLERATED:
        log.warning("this machine's clock is %.1f s behind the ledger's: times are the ledger's", by.total_seconds())
    clock.correct(by)


def correction(asked: datetime, ledgers: datetime, answered: datetime) -> timedelta:
    """Returns what to add to a clock that said `asked` and `answered` around the ledger's moment; none while it may be
    right.
    """
    by = ledgers - (asked + (answered - asked) / 2)
    return by if abs(by) > TOLERATED + (answered - asked) else timedelta()
