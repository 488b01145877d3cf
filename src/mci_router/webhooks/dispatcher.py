"""Dispatcher: delivers what is in the outbox, in every process, without a leader.

Each webhook is served on its own, so that none waits for another.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

import httpx

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.settings import Settings
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks import outbox
from mci_router.webhooks.envelope import MEDIA_TYPE, Message, cloud_event
from mci_router.webhooks.outbox import Endpoint
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.signing import signed
from mci_router.webhooks.targets import Resolve, resolve
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict, verdict

log = logging.getLogger(__name__)

MOST_SERVED = 32  # webhooks at the same time in one process
BATCH = 16  # deliveries at once to one webhook, each of another contact
LEASE_MARGIN_S = 15  # past the time-out of an attempt, to write down its result
GRACE_S = 2  # for attempts under way when the process stops; then they are cut, and made again once their claim lapses
FORGET_BATCH = 5_000
NOTHING_SETTLED = "0-0"

Settled: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Gives the first journal entry of a workspace that the ledger may lack; None when it has them all."""

Outcome: TypeAlias = tuple[Message, EndpointAnswer, Verdict]


class Dispatcher:
    """Makes the deliveries of one process."""

    def __init__(self, settings: Settings, database: Database, settled: Settled, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._database = database
        self._settled = settled
        self._sender = Sender(
            private=settings.webhook_private_targets, timeout_s=settings.webhook_timeout_s, resolve=resolve
        )
        self._lease_s = settings.webhook_timeout_s + LEASE_MARGIN_S
        self._known_settled: dict[str, str | None] = {}
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def turn(self) -> None:
        """Begins to serve webhooks that have something due; does not wait for their answers."""
        room = MOST_SERVED - len(self._serving)
        if room <= 0 or self._stopping:
            return
        async with self._database.transaction() as session:
            await outbox.plan_each_time(session)
            found = await outbox.due(session, busy=list(self._serving), limit=room)
        for webhook, workspace in found:
            self._serving[webhook] = asyncio.create_task(self._serve(webhook, workspace), name=f"webhook {webhook}")

    async def close(self) -> None:
        """Begins nothing more, and waits a little for what is under way."""
        self._stopping = True
        serving = list(self._serving.values())
        if serving:
            await asyncio.wait(serving, timeout=GRACE_S)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def forget(self) -> None:
        """Removes deliveries that have been kept long enough."""
        now, removed = utc_now(), FORGET_BATCH
        while removed == FORGET_BATCH and not self._stopping:
            async with self._database.transaction() as session:
                await outbox.plan_each_time(session)
                removed = await outbox.forget(
                    session,
                    delivered_before=now - timedelta(seconds=self._settings.webhook_delivered_keep_s),
                    dead_before=now - timedelta(seconds=self._settings.webhook_dead_keep_s),
                    limit=FORGET_BATCH,
                )

    async def _serve(self, webhook: str, workspace: str) -> None:
        try:
            async with self._sender.client() as client:
                await self._drain(client, webhook, workspace)
        except Problem as problem:
            log.warning("webhook %s waits: %s", webhook, problem.detail)
        except Exception:
            log.exception("webhook %s failed and will be served again", webhook)
        finally:
            del self._serving[webhook]

    async def _drain(self, client: httpx.AsyncClient, webhook: str, workspace: str) -> None:
        """Delivers batch after batch, until nothing is due.

        The results of attempts are written with the next claim, in one transaction.
        """
        url, outcomes = None, list[Outcome]()
        while True:
            settled = await self._settled_of(workspace)  # before the claim, which then sees all that it may deliver
            async with self._database.transaction() as session:
                await outbox.plan_each_time(session)
                await outbox.settle(session, webhook, outcomes)
                endpoint = await outbox.endpoint(session, webhook)
                if (
                    endpoint is None or self._stopping or url not in (None, endpoint.url)
                ):  # another target gets another client
                    return
                batch = await outbox.claim(session, webhook, settled=settled, lease_s=self._lease_s, limit=BATCH)
            if not batch:
                return
            url = endpoint.url
            outcomes = await asyncio.gather(*(self._attempt(client, endpoint, message) for message in batch))
            _log_dead(webhook, outcomes)

    async def _settled_of(self, workspace: str) -> str | None:
        """Returns how far the workspace's journal is in the ledger; the last answer while the live state is away."""
        try:
            self._known_settled[workspace] = await self._settled(workspace)
        except Problem:
            log.debug("cannot ask how far the journal of %s is projected", workspace)
        return self._known_settled.get(workspace, NOTHING_SETTLED)

    async def _attempt(self, client: httpx.AsyncClient, endpoint: Endpoint, message: Message) -> Outcome:
        body = cloud_event(message, endpoint.workspace_name)
        headers = {"Content-Type": MEDIA_TYPE, **signed(endpoint.secrets, message.id, int(time.time()), body)}
        answer = await self._sender.post(client, endpoint.url, headers, body)
        found = verdict(answer, message.attempts, self._settings.webhook_retry_delays_s)
        return message, answer, found


def _log_dead(webhook: str, outcomes: Sequence[Outcome]) -> None:
    dead = [
        (message.id, answer.error or answer.status)
        for message, answer, found in outcomes
        if found.state is DeliveryState.DEAD
    ]
    if dead:
        log.warning("%d deliveries to webhook %s are dead, such as %s: %s", len(dead), webhook, *dead[0])
