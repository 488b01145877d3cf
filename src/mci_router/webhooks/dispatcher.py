"""Dispatcher: delivers what is in the outbox, in every process, without a leader.

Each webhook is served in a lane of its own (`lanes`), so that none waits for another; one whose endpoint stalls is
paused (`pausing`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.settings import Settings
from mci_router.turns import Turns
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks import outbox, pausing
from mci_router.webhooks.envelope import MEDIA_TYPE, Message, cloud_event
from mci_router.webhooks.lanes import OF_WEBHOOK, Lane, Lanes
from mci_router.webhooks.outbox import Endpoint
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.signing import signed
from mci_router.webhooks.targets import Resolve, resolve
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict, verdict

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

BATCH = OF_WEBHOOK  # deliveries at once to one webhook, each of another contact
BEGUN_AT_ONCE = 32  # webhooks a turn
CLAIMS_AT_ONCE, CLAIMS_OF_EACH = 4, 2  # of the ledger's connections, which contacts need, too; of one workspace
ROOM_KEPT = 8  # lanes: below, those that are kept waiting give way
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
        self._lanes = Lanes()
        self._claims = Turns(CLAIMS_AT_ONCE, of_each=CLAIMS_OF_EACH)
        self._serving: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def turn(self) -> None:
        """Begins to serve webhooks that have something due; does not wait for their answers."""
        if self._stopping:
            return
        async with self._database.transaction() as session:
            await outbox.plan_each_time(session)
            found = await outbox.due(
                session, busy=self._lanes.busy(), lanes=self._lanes.of_workspaces(), limit=BEGUN_AT_ONCE
            )
        for webhook, workspace in found[: self._lanes.room]:
            lane = self._lanes.enter(webhook, workspace)
            task = asyncio.create_task(self._serve(lane), name=f"webhook {webhook}")
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        if found:
            self._lanes.make_room(ROOM_KEPT)

    async def close(self) -> None:
        """Begins nothing more, and waits a little for what is under way."""
        self._stopping = True
        serving = list(self._serving)
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
                patience_s = sum(self._settings.webhook_retry_delays_s)
                expired = await pausing.expire(session, after_s=patience_s, limit=FORGET_BATCH)
                removed = max(removed, expired)

    async def _serve(self, lane: Lane) -> None:
        try:
            async with self._sender.client() as client:
                await self._drain(client, lane)
        except Problem as problem:
            log.warning("webhook %s waits: %s", lane.webhook, problem.detail)
        except Exception:
            log.exception("webhook %s failed and will be served again", lane.webhook)
        finally:
            self._lanes.leave(lane)

    async def _drain(self, client: httpx.AsyncClient, lane: Lane) -> None:
        """Delivers batch after batch, until nothing is due.

        The results of attempts are written with the next claim, in one transaction.
        """
        url, outcomes = None, list[Outcome]()
        while True:
            endpoint, batch = await self._settle_and_claim(lane, url, outcomes)
            if endpoint is None or not batch:
                return
            url = endpoint.url
            outcomes = await asyncio.gather(*(self._attempt(client, lane, endpoint, message) for message in batch))
            _log_dead(lane.webhook, outcomes)

    async def _settle_and_claim(
        self, lane: Lane, url: str | None, outcomes: Sequence[Outcome]
    ) -> tuple[Endpoint | None, list[Message]]:
        """Writes results, and returns the endpoint and what it is to get next; None where the lane is to end."""
        settled = await self._settled_of(lane.workspace)  # before the claim, which then sees all that it may deliver
        settings, webhook = self._settings, lane.webhook
        pauses = {"first_s": settings.webhook_retry_delays_s[0], "longest_s": settings.webhook_pause_longest_s}
        async with self._claims.turn(lane.workspace), self._database.transaction() as session:
            await outbox.plan_each_time(session)
            await pausing.note(session, webhook, outcomes, **pauses)
            await outbox.settle(session, webhook, outcomes)
            endpoint = await outbox.endpoint(session, webhook)
            # another target gets another client
            moved = endpoint is not None and url not in (None, endpoint.url)
            if endpoint is None or moved or self._stopping or self._lanes.is_over(lane):
                return None, []
            most = 1 if endpoint.paused else self._lanes.allowance(lane)
            return endpoint, await outbox.claim(session, webhook, settled=settled, lease_s=self._lease_s, limit=most)

    async def _settled_of(self, workspace: str) -> str | None:
        """Returns how far the workspace's journal is in the ledger; the last answer while the live state is away."""
        try:
            self._known_settled[workspace] = await self._settled(workspace)
        except Problem:
            log.debug("cannot ask how far the journal of %s is projected", workspace)
        return self._known_settled.get(workspace, NOTHING_SETTLED)

    async def _attempt(self, client: httpx.AsyncClient, lane: Lane, endpoint: Endpoint, message: Message) -> Outcome:
        body = cloud_event(message, endpoint.workspace_name)
        headers = {"Content-Type": MEDIA_TYPE, **signed(endpoint.secrets, message.id, int(time.time()), body)}
        try:
            async with lane.attempt():
                answer = await self._sender.post(client, endpoint.url, headers, body)
        except TimeoutError:
            answer = EndpointAnswer(error="cut_short")
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
