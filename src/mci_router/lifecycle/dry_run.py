"""The dry run: what would become of a contact.

The same code decides that accepts contacts, and the transaction is rolled back.
"""

import contextlib

from mci_router.database import Database
from mci_router.intake.acceptance import accept
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import MOST_RACES, Accepted, Arrival, Raced
from mci_router.lifecycle.foresight import Foresight
from mci_router.routing.engine import Engine


class _Undone(Exception):
    """Carries the result out of the transaction, and so rolls it back."""

    def __init__(self, result: Accepted | Exception) -> None:
        self.result = result


class DryRun:
    """Decides about contacts, and keeps nothing."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._foresight = Foresight(engine)

    async def decide(self, arrival: Arrival) -> Answer:
        """Returns what the answer for the adapter would be; its ids lead nowhere.

        Raises:
            DatabaseUnavailable, UnknownCustomer: as `Delivery.accept` would.
        """
        for _ in range(MOST_RACES):
            with contextlib.suppress(Raced):
                return await self._decide(arrival)
        return await self._decide(arrival)

    async def _decide(self, arrival: Arrival) -> Answer:
        try:
            async with self._database.transaction() as session:
                (result,) = await accept(session, [arrival], foresee=self._foresight.foresee)
                raise _Undone(result)
        except _Undone as undone:
            if isinstance(undone.result, Exception):
                raise undone.result from None
            return undone.result.answer
