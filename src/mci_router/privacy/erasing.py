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
from time import monotonic
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import CustomerBusy, EngineUnavailable, NotFound
from mci_router.intake.fingerprints import Fingerprints
from mci_router.models import Case, Contact, Erasure
from mci_router.privacy import parting
from mci_router.privacy.emptying import empty_cases, empty_contacts, empty_deliveries, empty_runs
from mci_router.routing.engine import Engine
from mci_router.routing.engine.forgetting import forget
from mci_router.vocabulary import ErasureState

log = logging.getLogger(__name__)

AT_ONCE = 200
SETTLING_S = 1  # the ledger follows the journal within a tenth of it: what has just been ended is not open
LOOK_S = 0.1
AGAIN = timedelta(minutes=15)  # the journal's ten minutes are over, and so is every request of that time
LEASE = timedelta(seconds=60)
DUE = "next_at IS NOT NULL AND next_at <= now()"
PENDING = f"EXISTS (SELECT FROM erasures WHERE {DUE}) OR EXISTS (SELECT FROM erasures WHERE untold)"  # noqa: S608
SERVED = text(
    """
    SELECT agent FROM contacts WHERE id = ANY(:contacts) AND agent IS NOT NULL
    UNION SELECT agent FROM offers WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)
    UNION SELECT agent FROM participants WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)
    """
)
EVENTS_OF = text("SELECT id FROM events WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)")

Beside = Callable[[AsyncSession, Erasure], Awaitable[object]]
"""What is written in the transaction that begins an erasure."""


class Erasures:
    """Erases customers."""

    def __init__(self, database: Database, engine: Engine, fingerprints: Fingerprints) -> None:
        self._database = database
        self._engine = engine
        self._fingerprints = fingerprints

    async def begin(self, workspace: str, customer: str, by: str, beside: Beside) -> Erasure:
        """Begins to erase a customer, unless somebody has asked for it before. When it returns, nothing leads to the
        person any longer.

        It waits a moment for ends that the ledger has not heard of yet. Raises NotFound, CustomerMerged, CustomerBusy,
        DatabaseUnavailable.
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
        try:
            async with self._database.transaction() as session:
                if known := await parting.find(session, workspace, customer):
                    return known
                made = await parting.part(session, workspace, customer, by, self._fingerprints)
                await beside(session, made)
                return made
        except NotFound:
            if known := await self.find(workspace, customer):  # since another request, at the same moment
                return known
            raise

    async def find(self, workspace: str, customer: str) -> Erasure | None:
        """Returns the erasure of a customer, if there is one. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            return await parting.find(session, workspace, customer)

    async def turn(self) -> None:
        """Goes on with what is due, and tells what is untold. Raises DatabaseUnavailable, EngineUnavailable."""
        async with self._database.transaction() as session:
            due = list(await session.scalars(select(Erasure.id).where(text(DUE)).order_by(Erasure.next_at).limit(20)))
            untold = list(await session.scalars(select(Erasure.id).where(Erasure.untold).limit(100)))
        for one in due:
            await self.go_on(one)
        for one in untold:
            await self._tell(one)

    async def go_on(self, erasure: str) -> None:
        """Does what is left of an erasure, if no other process does. Raises DatabaseUnavailable, EngineUnavailable."""
        if not await self._claimed(erasure):
            return
        while await self._step(erasure):
            pass
        await self._tell(erasure)

    async def _claimed(self, erasure: str) -> bool:
        now = utc_now()
        mine = update(Erasure).where(Erasure.id == erasure, Erasure.next_at <= now).values(next_at=now + LEASE)
        async with self._database.transaction() as session:
            return bool((await session.execute(mine)).rowcount)  # type: ignore[attr-defined]

    async def _step(self, erasure: str) -> bool:
        """Empties some contacts, and their cases; says in the end that it is done. Returns whether there is more."""
        async with self._database.transaction() as session:
            row = await session.get(Erasure, erasure)
            if row is None or row.next_at is None:
                return False
            some = await self._next(session, row)
        if not some:
            await self._finish(erasure)
            return False
        contacts = [contact for contact, _ in some]
        await self._empty_live(row.workspace_id, contacts)
        await self._empty_cases(row, sorted({case for _, case in some}))
        async with self._database.transaction() as session:
            await empty_contacts(session, row.workspace_id, contacts)
            events = list(await session.scalars(EVENTS_OF, {"workspace": row.workspace_id, "contacts": contacts}))
            await empty_deliveries(session, row.workspace_id, events)
            reached = {"after": contacts[-1], "next_at": utc_now() + LEASE}
            await session.execute(update(Erasure).where(Erasure.id == erasure).values(**reached))
        return True

    async def _next(self, session: AsyncSession, row: Erasure) -> list[tuple[str, str]]:
        """Returns the next contacts that have no words left when the step is done, each with its case: those of the
        person alone, should others come to the customer who is left.
        """
        query = (
            select(Contact.id, Contact.case_id)
            .join(Case, Case.id == Contact.case_id)
            .where(
                Contact.workspace_id == row.workspace_id,
                Contact.customer_id == row.left_id,
                Case.customer_id == row.left_id,
                Contact.accepted_at <= row.asked_at,
                Contact.ended_at.is_not(None),
                Contact.id > row.after,
            )
        )
        found = await session.execute(query.order_by(Contact.id).limit(AT_ONCE))
        return [(contact, case) for contact, case in found]

    async def _empty_live(self, workspace: str, contacts: list[str]) -> None:
        async with self._database.transaction() as session:
            agents = set(await session.scalars(SERVED, {"workspace": workspace, "contacts": contacts}))
        await forget(self._engine, workspace, set(contacts), agents)

    async def _empty_cases(self, row: Erasure, cases: list[str]) -> None:
        left = True
        while left:
            async with self._database.transaction() as session:
                left = bool(await empty_cases(session, row.workspace_id, row.left_id, cases))

    async def _finish(self, erasure: str) -> None:
        """Says that all is gone, and when it is looked at once more; the second time, that this is over."""
        async with self._database.transaction() as session:
            row = await session.get(Erasure, erasure, with_for_update=True)
            if row is None:
                return
            await empty_runs(session, row.workspace_id, row.left_id)
            if first := row.erased_at is None:
                row.erased_at, row.state, row.untold = utc_now(), ErasureState.ERASED, True
            row.after, row.next_at = "", utc_now() + AGAIN if first else None

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
