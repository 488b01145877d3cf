"""Erasing: what is left of a person in the ledger and the live state is emptied, in steps.

Each step is a transaction that may be done twice, and says how far it has come: what a crash has left is gone on with
by any process. An erasure says that it is done when it is. A quarter of an hour later everything is looked at once
more: what another process was writing at that moment is older by then.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.database_errors import lost_race
from mci_router.errors import CustomerBusy, DatabaseUnavailable, EngineUnavailable, NotFound
from mci_router.intake.fingerprints import Fingerprints
from mci_router.models import Erasure
from mci_router.privacy import parting
from mci_router.privacy.claim import Claim, TakenOver, claimed
from mci_router.privacy.steps import Steps
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each, each_found
from mci_router.vocabulary import ErasureState

log = logging.getLogger(__name__)

SETTLING_S = 1  # the ledger follows the journal within a tenth of it: what has just been ended is not open
LOOK_S = 0.1
AGAIN = timedelta(minutes=15)  # the journal's ten minutes are over, and so is every request of that time
TRIES = 4
DUE = "next_at IS NOT NULL AND next_at <= now()"
PENDING = f"EXISTS (SELECT FROM erasures WHERE {DUE}) OR EXISTS (SELECT FROM erasures WHERE untold)"  # noqa: S608

Beside = Callable[[AsyncSession, Erasure], Awaitable[object]]
"""What is written in the transaction that begins an erasure."""
T = TypeVar("T")


class Erasures:
    """Erases customers."""

    def __init__(self, database: Database, engine: Engine, fingerprints: Fingerprints, steps: Steps) -> None:
        self._database = database
        self._engine = engine
        self._fingerprints = fingerprints
        self._steps = steps

    async def begin(self, workspace: str, customer: str, by: str, beside: Beside) -> Erasure:
        """Begins to erase a customer, unless somebody has asked for it before. When it returns, nothing leads to the
        person any longer.

        It waits a moment for ends that the ledger has not heard of yet. Raises NotFound, CustomerErased,
        CustomerMerged, CustomerBusy, DatabaseUnavailable.
        """
        until = monotonic() + SETTLING_S
        while True:
            try:
                return await self._begun(workspace, customer, by, beside)
            except CustomerBusy:
                if monotonic() >= until:
                    raise
            await asyncio.sleep(LOOK_S)

    async def _begun(self, workspace: str, customer: str, by: str, beside: Beside) -> Erasure:
        async def part() -> Erasure:
            async with self._database.transaction() as session:
                if known := await parting.find(session, workspace, customer):
                    return known
                made = await parting.part(session, workspace, customer, by, self._fingerprints)
                await beside(session, made)
                return made

        try:
            return await _in_spite_of_others(part)
        except NotFound:
            if known := await self.find(workspace, customer):  # since another request, at the same moment
                return known
            raise

    async def find(self, workspace: str, customer: str) -> Erasure | None:
        """Returns the erasure of a customer, if there is one. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            return await parting.find(session, workspace, customer)

    async def turn(self) -> None:
        """Goes on with what is due, and tells what is untold. Raises as `each` does, when the others are done."""
        async with self._database.transaction() as session:
            due = list(await session.scalars(select(Erasure.id).where(text(DUE)).order_by(Erasure.next_at).limit(20)))
        untold = select(Erasure.id).where(Erasure.untold)
        steps = (
            partial(each, due, self.go_on),
            partial(each_found, self._database, untold, self._tell),
        )
        await each(steps, lambda step: step())

    async def go_on(self, erasure: str) -> None:
        """Does what is left of an erasure, if no other process does. Raises DatabaseUnavailable, EngineUnavailable."""
        claim = await claimed(self._database, erasure)
        if claim is None:
            return

        async def work() -> None:
            await self._steps.take(claim)
            await self._finish(claim)

        try:
            await _in_spite_of_others(work)
        except TakenOver:
            log.info("another process goes on with the erasure %s", erasure)
            return
        await self._tell(erasure)

    async def _finish(self, claim: Claim) -> None:
        """Says that all is gone, and when it is looked at once more; the second time, that this is over."""
        now = utc_now()
        values: dict[str, Any] = {"after": "", "next_at": None}
        if claim.row.erased_at is None:
            done = {"erased_at": now, "state": ErasureState.ERASED, "untold": True}
            values |= {**done, "next_at": now + AGAIN}
        async with self._database.transaction() as session:
            await claim.write(session, **values)

    async def _tell(self, erasure: str) -> None:
        """Journals that a customer is erased, once; later where the live state is away."""
        with suppress(EngineUnavailable):
            async with self._database.command() as session:
                mine = select(Erasure).where(Erasure.id == erasure, Erasure.untold)
                row = await session.scalar(mine.with_for_update(skip_locked=True))
                if row is not None:
                    told: dict[str, Any] = {"merged": [one for one in row.customers if one != row.customer_id]}
                    await self._engine.journal_customer(
                        row.workspace_id, "erased", row.customer_id, told, command=row.id
                    )
                    row.untold = False


async def _in_spite_of_others(work: Callable[[], Awaitable[T]]) -> T:
    """Does work that may be done twice, and does it again where another transaction was first, or both waited for each
    other. Raises DatabaseUnavailable where that happens again and again: later it may not.
    """
    for _ in range(TRIES):
        try:
            return await work()
        except DBAPIError as error:
            if not lost_race(error):
                raise
            lost = error
    raise DatabaseUnavailable from lost
