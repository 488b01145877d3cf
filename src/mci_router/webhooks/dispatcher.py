"""Dispatcher: delivers what is in the webhooks' outbox.

A webhook whose endpoint stalls is paused (`pausing`).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.settings import Settings
from mci_router.webhooks import outbox, pausing
from mci_router.webhooks.courier import Courier, Outcome
from mci_router.webhooks.envelope import Message
from mci_router.webhooks.lanes import OF_WEBHOOK
from mci_router.webhooks.outbox import Endpoint
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.targets import Resolve, resolve
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict, verdict

log = logging.getLogger(__name__)

BATCH = OF_WEBHOOK  # deliveries at once to one webhook, each of another contact
LEASE_MARGIN_S = 15  # past the time-out of an attempt, to write down its result
FORGET_BATCH = 5_000
NOTHING_SETTLED = "0-0"

Settled: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Gives the first journal entry of a workspace that the ledger may lack; None when it has them all."""


class Dispatcher:
    """Makes the deliveries of one process."""

    receiver = "webhook"

    def __init__(self, settings: Settings, database: Database, settled: Settled, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._database = database
        self._settled = settled
        self._lease_s = settings.webhook_timeout_s + LEASE_MARGIN_S
        self._known_settled: dict[str, str | None] = {}
        private, timeout_s = settings.webhook_private_targets, settings.webhook_timeout_s
        self._courier = Courier(database, Sender(private=private, timeout_s=timeout_s, resolve=resolve), self)

    async def turn(self) -> None:
        """Begins to serve webhooks that have something due; does not wait for their answers."""
        await self._courier.turn()

    async def close(self) -> None:
        """Begins nothing more, and waits a little for what is under way."""
        await self._courier.close()

    async def forget(self) -> None:
        """Removes deliveries that have been kept long enough."""
        now, removed = utc_now(), FORGET_BATCH
        while removed == FORGET_BATCH and not self._courier.stopping:
            async with self._database.transaction() as session:
                await outbox.plan_each_time(session)
                removed = await outbox.forget(
                    session,
                    delivered_before=now - timedelta(seconds=self._settings.webhook_delivered_keep_s),
                    dead_before=now - timedelta(seconds=self._settings.webhook_dead_keep_s),
                    limit=FORGET_BATCH,
                )
                patience_s = sum(self._settings.webhook_retry_delays_s)
                expired = await pausing.expire(session, after_s=patience_s, limit=FORGET_BATCH)
                removed = max(removed, expired)

    async def due(
        self, session: AsyncSession, *, busy: Sequence[str], lanes: Mapping[str, int], limit: int
    ) -> list[tuple[str, str]]:
        """Returns webhooks that have something due, with their workspaces."""
        return await outbox.due(session, busy=busy, lanes=lanes, limit=limit)

    async def settled(self, workspace: str) -> str | None:
        """Returns how far the workspace's journal is in the ledger; the last answer while the live state is away."""
        try:
            self._known_settled[workspace] = await self._settled(workspace)
        except Problem:
            log.debug("cannot ask how far the journal of %s is projected", workspace)
        return self._known_settled.get(workspace, NOTHING_SETTLED)

    async def settle(self, session: AsyncSession, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Writes what attempts came to, on the webhook's row first, as everywhere."""
        settings = self._settings
        pauses = {"first_s": settings.webhook_retry_delays_s[0], "longest_s": settings.webhook_pause_longest_s}
        await pausing.note(session, receiver, outcomes, **pauses)
        await outbox.settle(session, receiver, outcomes)

    async def endpoint(self, session: AsyncSession, receiver: str) -> Endpoint | None:
        """Returns the endpoint of an active webhook; None if it is inactive, deleted, or to be left alone for now."""
        return await outbox.endpoint(session, receiver)

    async def claim(self, session: AsyncSession, receiver: str, *, settled: str | None, limit: int) -> list[Message]:
        """Claims the oldest pending delivery of each subject, where it is due, and returns their messages."""
        return await outbox.claim(session, receiver, settled=settled, lease_s=self._lease_s, limit=limit)

    def judged(self, message: Message, answer: EndpointAnswer) -> Verdict:
        """Returns what follows from an answer."""
        return verdict(answer, message.attempts, self._settings.webhook_retry_delays_s)

    async def after(self, receiver: str, outcomes: Sequence[Outcome]) -> None:
        """Does nothing: what a delivery came to, operators look up."""
