"""Posting: what is written to customers goes to the adapters that take it by webhook, by the courier of webhooks."""

import asyncio
import random
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.survey_links import SurveyLinks
from mci_router.conversations import links, outbound
from mci_router.conversations.links import Receiver
from mci_router.conversations.outbound_messages import Outgoing, outgoing
from mci_router.conversations.telling import Telling
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.settings import Settings
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks.courier import Courier, Outcome
from mci_router.webhooks.envelope import Message
from mci_router.webhooks.outbox import Endpoint
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.targets import Resolve, resolve
from mci_router.webhooks.verdicts import GONE, JITTER, EndpointAnswer, Verdict

LEASE_MARGIN_S = 15  # past the time-out of an attempt, to write down its result
REFUSALS = (GONE, 422)  # what an adapter answers that will never deliver this message
BATCH = 5_000


class Posting:
    """Posts the messages of one process, and gives up what no adapter took."""

    receiver = "adapter"

    def __init__(self, settings: Settings, database: Database, telling: Telling, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self.survey_links = SurveyLinks(settings)
        self._database = database
        self._telling = telling
        self._lease_s = settings.webhook_timeout_s + LEASE_MARGIN_S
        private, timeout_s = settings.webhook_private_targets, settings.webhook_timeout_s
        self._courier = Courier(database, Sender(private=private, timeout_s=timeout_s, resolve=resolve), self)
        self._hurrying: asyncio.Task[None] | None = None
        self._again = False

    async def turn(self) -> None:
        """Begins to post to adapters that something is due for; does not wait for their answers."""
        await self._courier.turn()

    def hurry(self) -> None:
        """Has what was just written here posted at once, and not when it is next looked for."""
        self._again = True
        if self._hurrying is None or self._hurrying.done():
            self._hurrying = asyncio.create_task(self._hurry())

    async def close(self) -> None:
        """Begins nothing more, and waits a little for what is under way."""
        await self._courier.close()
        if self._hurrying:
            await asyncio.gather(self._hurrying, return_exceptions=True)

    async def expire(self) -> None:
        """Gives up what has waited for too long, and tells those whom it concerns."""
        expired = BATCH
        while expired == BATCH and not self._courier.stopping:
            async with self._database.transaction() as session:
                expired = await outbound.expire(session, limit=BATCH)
        await self._telling.turn()

    async def forget(self) -> None:
        """Removes what has been sent or given up long ago."""
        removed = BATCH
        while removed == BATCH and not self._courier.stopping:
            async with self._database.transaction() as session:
                removed = await outbound.forget(session, keep_s=self._settings.outbound_keep_s, limit=BATCH)

    async def due(
        self, session: AsyncSession, *, busy: Sequence[str], lanes: Mapping[str, int], limit: int
    ) -> list[tuple[str, str]]:
        """Returns adapters that a message is to be posted to, with their workspaces."""
        return await outbound.due(session, busy=busy, lanes=lanes, limit=limit)

    async def settled(self, workspace: str) -> str | None:
        """Returns nothing: what is in the queue is committed."""

    async def settle(self, session: AsyncSession, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Writes what attempts came to, on the adapter's link first, as everywhere."""
        to = Receiver.of(receiver)
        await links.note(session, to, outcomes, longest_s=self._settings.outbound_pause_longest_s)
        await outbound.settle(session, [_result(*outcome) for outcome in outcomes])

    async def endpoint(self, session: AsyncSession, receiver: str) -> Endpoint | None:
        """Returns where an adapter's messages are posted to; None if nowhere, or if it is to be left alone for now."""
        return await links.endpoint(session, Receiver.of(receiver))

    async def claim(self, session: AsyncSession, receiver: str, *, settled: str | None, limit: int) -> list[Message]:
        """Claims the oldest message of each case that is due. What is not to be sent any longer has failed."""
        claimed = await outbound.claim(session, Receiver.of(receiver), lease_s=self._lease_s, limit=limit)
        messages = await outgoing(session, claimed, self.survey_links, self._settings.public_url)
        if claimed and not messages:
            return await self.claim(session, receiver, settled=settled, limit=limit)
        return list(messages)

    def judged(self, message: Message, answer: EndpointAnswer) -> Verdict:
        """Returns what follows from an answer: only time ends the attempts, unless the adapter will never take it."""
        if answer.status is not None and 200 <= answer.status < 300:
            return Verdict(DeliveryState.DELIVERED)
        if answer.status in REFUSALS:
            return Verdict(DeliveryState.DEAD)
        delays = self._settings.outbound_retry_delays_s
        delay_s = delays[min(message.attempts, len(delays)) - 1]
        jittered = delay_s * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 — it only spreads load
        return Verdict(DeliveryState.PENDING, max(jittered, answer.retry_after_s))

    async def after(self, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Tells desks how far messages have come."""
        if any(verdict.state is not DeliveryState.PENDING for _, _, verdict in outcomes):
            await self._telling.tell(Receiver.of(receiver).workspace)

    async def _hurry(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._courier.turn()
            except DatabaseUnavailable:
                return  # the loop finds it


STATES = {DeliveryState.DELIVERED: "sent", DeliveryState.PENDING: "queued", DeliveryState.DEAD: "failed"}


def _result(message: Message, answer: EndpointAnswer, verdict: Verdict) -> Mapping[str, object]:
    assert isinstance(message, Outgoing)  # noqa: S101 — it is what `claim` has given
    said = answer.error or f"status_{answer.status}"
    if verdict.state is DeliveryState.DEAD:
        return outbound.failed(message.row, message.attempts, outbound.REFUSED, said)
    return {
        "id": message.row,
        "attempts": message.attempts,
        "state": STATES[verdict.state],
        "error": None if verdict.state is DeliveryState.DELIVERED else said,
        "delay_s": verdict.delay_s,
        "shown": None,
    }
