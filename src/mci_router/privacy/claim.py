"""The claim on an erasure: one process at a time goes on with it, and says how far it is."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.models import Erasure

LEASE = timedelta(seconds=60)


class TakenOver(Exception):
    """Another process goes on with the erasure: this one took longer over a step than its claim is good for."""


class Claim:
    """The claim of this process on an erasure, until its lease lapses; with how far it is.

    What it writes is written only as long as the row is as this process has left it.
    """

    def __init__(self, database: Database, row: Erasure) -> None:
        """Takes the row as `claimed` has it."""
        assert row.next_at  # noqa: S101 — it was claimed
        self._database = database
        self._until: datetime = row.next_at
        self.row = row
        self.after = row.after

    async def renew(self, after: str | None = None) -> None:
        """Renews the lease, and notes `after` which contact it goes on. Raises TakenOver, DatabaseUnavailable."""
        after, until = self.after if after is None else after, utc_now() + LEASE
        async with self._database.transaction() as session:
            await self.write(session, after=after, next_at=until)
        self.after, self._until = after, until

    async def write(self, session: AsyncSession, **values: object) -> None:
        """Writes values into the row, in the caller's transaction. Raises TakenOver."""
        as_left = (Erasure.id == self.row.id, Erasure.next_at == self._until, Erasure.after == self.after)
        written = await session.execute(update(Erasure).where(*as_left).values(**values))
        if not written.rowcount:  # type: ignore[attr-defined]
            raise TakenOver


async def claimed(database: Database, erasure: str) -> Claim | None:
    """Claims an erasure that is due; None where it is not, or another process has it. Raises DatabaseUnavailable."""
    now = utc_now()
    mine = update(Erasure).where(Erasure.id == erasure, Erasure.next_at <= now).values(next_at=now + LEASE)
    async with database.transaction() as session:
        row = await session.scalar(mine.returning(Erasure))
    return Claim(database, row) if row else None
