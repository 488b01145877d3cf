"""Delivery: commits an arrival to the ledger, dispatches it, and answers its adapter."""

import contextlib
import logging
from functools import partial

from sqlalchemy import update

from mci_router.database import Database, GroupCommit
from mci_router.errors import EngineUnavailable, IdempotencyKeyInFlight
from mci_router.intake.acceptance import accept
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import MOST_RACES, Accepted, Arrival, Raced
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.foresight import Foresight
from mci_router.models import IdempotencyKey
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)


class Delivery:
    """Accepts contacts."""

    def __init__(self, database: Database, engine: Engine, dispatch: Dispatch, *, batch_limit: int) -> None:
        self._database = database
        self._dispatch = dispatch
        self._group: GroupCommit[Arrival, Accepted] = GroupCommit(
            database, partial(accept, foresee=Foresight(engine).foresee), limit=batch_limit
        )
        self._keys_in_flight: set[tuple[str, str]] = set()

    async def accept(self, arrival: Arrival) -> Answer:
        """Commits an arrival, dispatches it, and returns the answer for the adapter.

        Raises:
            DatabaseUnavailable: nothing was accepted.
            IdempotencyKeyInFlight, IdempotencyKeyReused, UnknownCustomer: nothing was accepted.
        """
        if arrival.idempotency_key is None:
            return await self._accept(arrival)
        key = (arrival.workspace_id, arrival.idempotency_key)
        if key in self._keys_in_flight:
            raise IdempotencyKeyInFlight
        self._keys_in_flight.add(key)
        try:
            return await self._accept(arrival)
        finally:
            self._keys_in_flight.discard(key)

    async def _accept(self, arrival: Arrival) -> Answer:
        accepted = await self._submit(arrival)
        if accepted.contact is None:
            return accepted.answer
        try:
            await self._dispatch.send(arrival.snapshot, accepted.contact)
        except EngineUnavailable:
            log.warning("contact %s is accepted and waits for the live queues to return", accepted.contact.id)
            return await self._stays_accepted(arrival, accepted.answer)
        return accepted.answer

    async def _submit(self, arrival: Arrival) -> Accepted:
        """Commits an arrival. Each one that raced has lost to another that is committed by now, so every attempt meets
        fewer rivals.
        """
        for _ in range(MOST_RACES):
            with contextlib.suppress(Raced):
                return await self._group.submit(arrival)
        return await self._group.submit(arrival)

    async def _stays_accepted(self, arrival: Arrival, answer: Answer) -> Answer:
        """Returns the answer with the state `accepted`, and keeps it for a replay."""
        answer = {**answer, "state": ContactState.ACCEPTED}
        if arrival.idempotency_key:
            async with self._database.transaction() as session:
                await session.execute(
                    update(IdempotencyKey)
                    .where(
                        IdempotencyKey.workspace_id == arrival.workspace_id,
                        IdempotencyKey.key == arrival.idempotency_key,
                    )
                    .values(answer=answer)
                )
        return answer
