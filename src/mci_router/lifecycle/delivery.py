"""Delivery: commits arrivals to the ledger, dispatches them, and answers their adapters."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import update

from mci_router.database import Database, Lane
from mci_router.errors import EngineUnavailable, IdempotencyKeyInFlight
from mci_router.group_commit import GroupCommit
from mci_router.intake.acceptance import accept
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Accepted, Arrival, Joins
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.dispatch import Dispatch, Sent
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.models import IdempotencyKey
from mci_router.routing.engine import Engine
from mci_router.seldom import Seldom
from mci_router.values import value
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)


@value
class _Committed:
    """An arrival that is committed, and the dispatch of its batch, which is under way."""

    accepted: Accepted | Joins
    dispatched: asyncio.Task[dict[str, Sent]]


class Delivery:
    """Accepts contacts."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        dispatch: Dispatch,
        answered: AnsweredPosts,
        called_again: CalledAgain,
        *,
        batch_limit: int,
    ) -> None:
        self._database = database
        self._dispatch = dispatch
        self._answered = answered
        self._called_again = called_again
        self._foresight = Foresight(engine)
        self._group: GroupCommit[Arrival, _Committed] = GroupCommit(database, self._commit, limit=batch_limit)
        self._waits = Seldom()
        self._dispatches: set[asyncio.Task[dict[str, Sent]]] = set()
        self._keys_in_flight: set[tuple[str, str]] = set()

    async def accept(self, arrival: Arrival) -> Answer | Joins:
        """Commits an arrival, dispatches it, and returns the answer for the adapter; or the open contact in which it is
        said, for one that is no contact of its own.

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

    async def _accept(self, arrival: Arrival) -> Answer | Joins:
        arrival = await self._answered.sought(arrival)
        committed = await self._group.submit(arrival.workspace_id, arrival)
        accepted = committed.accepted
        if isinstance(accepted, Joins):
            return accepted
        if accepted.contact is None:
            return accepted.answer
        sent = (await asyncio.shield(committed.dispatched))[accepted.contact.id]
        if isinstance(sent, EngineUnavailable):
            if self._waits.due():
                log.warning("contact %s is accepted and waits for the live queues to return", accepted.contact.id)
            return await self._stays_accepted(arrival, accepted.answer)
        await self._called_again.end_of(accepted.contact)
        return accepted.answer

    async def _commit(self, lane: Lane, arrivals: Sequence[Arrival]) -> list[_Committed | Exception]:
        """Commits a batch. Its dispatch runs on while the lane takes the next."""
        results = await accept(lane, arrivals, foresee=self._foresight.begin(arrivals))
        fresh = [
            (arrival.snapshot, result.contact)
            for arrival, result in zip(arrivals, results, strict=True)
            if isinstance(result, Accepted) and result.contact
        ]
        dispatched = asyncio.create_task(self._dispatch.send_all(fresh))
        self._dispatches.add(dispatched)
        dispatched.add_done_callback(self._dispatches.discard)
        return [result if isinstance(result, Exception) else _Committed(result, dispatched) for result in results]

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
