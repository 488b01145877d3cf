"""The dry run: what would become of a contact.

The same code decides that accepts contacts, and what little it writes on the way is rolled back.
"""

from dataclasses import replace

from mci_router.database import Database
from mci_router.intake.acceptance import prepare
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Accepted, Arrival, Joins
from mci_router.lanes import LedgerLanes
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.routing.engine import Engine

LANES = 2  # what is only asked must not crowd the ledger


class _Undone(Exception):
    """Carries the result out of the transaction, and so rolls it back."""

    def __init__(self, result: Accepted | Exception) -> None:
        self.result = result


class DryRun:
    """Decides about contacts, and keeps nothing."""

    def __init__(self, database: Database, engine: Engine, answered: AnsweredPosts) -> None:
        self._answered = answered
        self._lanes = LedgerLanes(database, LANES)
        self._foresight = Foresight(engine)

    async def decide(self, arrival: Arrival) -> Answer:
        """Returns what the answer for the adapter would be; its ids lead nowhere.

        Raises:
            DatabaseUnavailable, UnknownCustomer: as `Delivery.accept` would.
        """
        arrival = await self._answered.sought(arrival)
        try:
            async with self._lanes.taken() as lane, lane.transaction():
                batch = await prepare(lane, [replace(arrival, apart=True)], foresee=self._foresight.foresee)
                result = batch.results[arrival.id]
                assert not isinstance(result, Joins)  # noqa: S101 — one that is apart joins none
                raise _Undone(result)
        except _Undone as undone:
            if isinstance(undone.result, Accepted):
                return undone.result.answer
            raise undone.result from None
