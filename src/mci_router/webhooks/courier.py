"""Courier: makes the deliveries of an outbox, in every process, without a leader.

Each receiver is served in a lane of its own (`lanes`), so that none waits for another. What is delivered, to whom, and
what follows from an answer is the outbox's to say: that of webhooks (`dispatcher`), or that of channel adapters.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.errors import Problem, in_the_log
from mci_router.turns import Turns
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks.envelope import MEDIA_TYPE, Message, cloud_event
from mci_router.webhooks.lanes import Lane, Lanes
from mci_router.webhooks.outbox import Endpoint, plan_each_time
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.signing import signed
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

BEGUN_AT_ONCE = 32  # receivers a turn
CLAIMS_AT_ONCE, CLAIMS_OF_EACH = 4, 2  # of the ledger's connections, which contacts need, too; of one workspace
ROOM_KEPT = 8  # lanes: below, those that are kept waiting give way
GRACE_S = 2  # for attempts under way when the process stops; then they are cut, and made again once their claim lapses

Outcome: TypeAlias = tuple[Message, EndpointAnswer, Verdict]


class Source(Protocol):
    """An outbox whose deliveries a courier makes. `receiver` is an id that it has given by `due`."""

    receiver: str
    """What its receivers are, for the log."""

    async def due(
        self, session: AsyncSession, *, busy: Sequence[str], lanes: Mapping[str, int], limit: int
    ) -> list[tuple[str, str]]:
        """Returns receivers that have something due, with their workspaces, but none of those that are `busy`."""

    async def settled(self, workspace: str) -> str | None:
        """Returns what `claim` has to know, before its transaction begins."""

    async def settle(self, session: AsyncSession, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Writes what attempts came to."""

    async def endpoint(self, session: AsyncSession, receiver: str) -> Endpoint | None:
        """Returns where the receiver's messages go; None if it is to be left alone."""

    async def claim(self, session: AsyncSession, receiver: str, *, settled: str | None, limit: int) -> list[Message]:
        """Returns what the receiver is to get next, and keeps it from other processes for a while."""

    def judged(self, message: Message, answer: EndpointAnswer) -> Verdict:
        """Returns what follows from an answer."""

    async def after(self, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Does what follows from outcomes that are written. A process that dies before it leaves it to others."""


class Courier:
    """Makes the deliveries of one outbox, as far as this process does."""

    def __init__(self, database: Database, sender: Sender, source: Source) -> None:
        self._database = database
        self._sender = sender
        self._source = source
        self._lanes = Lanes()
        self._claims = Turns(CLAIMS_AT_ONCE, of_each=CLAIMS_OF_EACH)
        self._serving: set[asyncio.Task[None]] = set()
        self.stopping = False

    async def turn(self) -> None:
        """Begins to serve receivers that have something due; does not wait for their answers."""
        if self.stopping:
            return
        async with self._database.transaction() as session:
            await plan_each_time(session)
            found = await self._source.due(
                session, busy=self._lanes.busy(), lanes=self._lanes.of_workspaces(), limit=BEGUN_AT_ONCE
            )
        for receiver, workspace in found[: self._lanes.room]:
            if receiver not in self._lanes.busy():  # of two turns at once the other has begun it
                lane = self._lanes.enter(receiver, workspace)
                task = asyncio.create_task(self._serve(lane), name=f"{self._source.receiver} {receiver}")
                self._serving.add(task)
                task.add_done_callback(self._serving.discard)
        if found:
            self._lanes.make_room(ROOM_KEPT)

    async def close(self) -> None:
        """Begins nothing more, and waits a little for what is under way."""
        self.stopping = True
        serving = list(self._serving)
        if serving:
            await asyncio.wait(serving, timeout=GRACE_S)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, lane: Lane) -> None:
        try:
            async with self._sender.client() as client:
                await self._drain(client, lane)
        except Problem as problem:
            log.warning("%s %s waits: %s", self._source.receiver, lane.webhook, in_the_log(problem))
        except Exception:
            log.exception("%s %s failed and will be served again", self._source.receiver, lane.webhook)
        finally:
            self._lanes.leave(lane)

    async def _drain(self, client: httpx.AsyncClient, lane: Lane) -> None:
        """Delivers batch after batch, until nothing is due.

        The results of attempts are written with the next claim, in one transaction.
        """
        url, outcomes = None, list[Outcome]()
        while True:
            endpoint, batch = await self._settle_and_claim(lane, url, outcomes)
            if outcomes:
                await self._source.after(lane.webhook, outcomes)
            if endpoint is None or not batch:
                return
            url = endpoint.url
            outcomes = await asyncio.gather(*(self._attempt(client, lane, endpoint, message) for message in batch))
            _log_dead(self._source.receiver, lane.webhook, outcomes)

    async def _settle_and_claim(
        self, lane: Lane, url: str | None, outcomes: Sequence[Outcome]
    ) -> tuple[Endpoint | None, list[Message]]:
        """Writes results, and returns the endpoint and what it is to get next; None where the lane is to end."""
        source, receiver = self._source, lane.webhook
        settled = await source.settled(lane.workspace)  # before the claim, which then sees all that it may deliver
        async with self._claims.turn(lane.workspace), self._database.transaction() as session:
            await plan_each_time(session)
            await source.settle(session, receiver, outcomes)
            endpoint = await source.endpoint(session, receiver)
            # another target gets another client
            moved = endpoint is not None and url not in (None, endpoint.url)
            if endpoint is None or moved or self.stopping or self._lanes.is_over(lane):
                return None, []
            most = 1 if endpoint.paused else self._lanes.allowance(lane)
            return endpoint, await source.claim(session, receiver, settled=settled, limit=most)

    async def _attempt(self, client: httpx.AsyncClient, lane: Lane, endpoint: Endpoint, message: Message) -> Outcome:
        body = cloud_event(message, endpoint.workspace_name)
        headers = {"Content-Type": MEDIA_TYPE, **signed(endpoint.secrets, message.id, int(time.time()), body)}
        try:
            async with lane.attempt():
                answer = await self._sender.post(client, endpoint.url, headers, body)
        except TimeoutError:
            answer = EndpointAnswer(error="cut_short")
        return message, answer, self._source.judged(message, answer)


def _log_dead(receiver: str, name: str, outcomes: Sequence[Outcome]) -> None:
    dead = [
        (message.id, answer.error or answer.status)
        for message, answer, found in outcomes
        if found.state is DeliveryState.DEAD
    ]
    if dead:
        log.warning("%d deliveries to %s %s are dead, such as %s: %s", len(dead), receiver, name, *dead[0])
