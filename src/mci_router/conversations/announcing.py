"""Announcing: the journal hears of each message that the ledger has, so that desks, customers and webhooks do.

It is done right after the commit, a call for each workspace. What a crash or a live state that was away has left is
announced later by any process; a reader knows a message that it hears of twice by its id.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from mci_router.clock import utc_now
from mci_router.conversations.messages import Written, announcement_of
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.seldom import Seldom
from mci_router.vocabulary import ContactState, MessageKind

log = logging.getLogger(__name__)

AGE_S = 2  # until then the process that wrote it is about to announce it
MOST_AT_ONCE = 64
GATHER_S = 0.4  # what was announced is forgotten together; after a crash it is announced once more
PENDING = "EXISTS (SELECT FROM unannounced_messages)"

LEFT = """
SELECT u.workspace_id, m.id, m.received_at, m.case_id, m.seq, m.contact_id, m.kind, m.author, m.to_agent, m.visibility,
  k.customer_id
FROM unannounced_messages u JOIN messages m ON m.id = u.message_id AND m.received_at = u.received_at
  JOIN cases k ON k.id = m.case_id
WHERE u.workspace_id = $1 AND u.received_at < $2 ORDER BY u.received_at, m.seq LIMIT 1000
"""
WORKSPACES = "SELECT DISTINCT workspace_id FROM unannounced_messages WHERE received_at < $1"
DONE = "DELETE FROM unannounced_messages WHERE message_id = ANY($1)"


Back: TypeAlias = Callable[[str, str], Awaitable[object]]
"""Brings a contact of a workspace back whose customer has written."""


class Announcer:
    """Announces messages, and forgets which it has announced.

    `back` is for parked contacts whose customers wrote while the live state was away.
    """

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._done: list[str] = []
        self._forgetting: asyncio.Task[None] | None = None
        self._waits = Seldom()
        self._away = EngineUnavailable()  # why the last one could not be announced
        self.back: Back | None = None

    async def announce(self, written: Sequence[tuple[str, Written]]) -> dict[str, Mapping[str, Any]]:
        """Announces messages, each with its workspace. Returns by message where its contact is now; nothing of those
        that are announced later, for the live state is away.
        """
        of_workspace: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for workspace, one in written:
            of_workspace[workspace].append(one.announcement)
        replies: dict[str, Mapping[str, Any]] = {}
        for some in await asyncio.gather(*(self._announce(*one) for one in of_workspace.items())):
            replies |= some
        return replies

    async def turn(self) -> None:
        """Announces what was left. Raises DatabaseUnavailable; EngineUnavailable when the others are announced."""
        before = utc_now() - timedelta(seconds=AGE_S)

        async def announce(workspace: str) -> None:
            left = [announcement_of(row) for row in await self._database.read(LEFT, workspace, before)]
            replies = await self._announce(workspace, left)
            if len(replies) < len(left):
                raise self._away
            for message in left:
                parked = replies[message["message"]].get("state") == ContactState.WAITING_FOR_CUSTOMER
                if self.back and parked and message["kind"] == MessageKind.CUSTOMER:
                    await self.back(workspace, message["contact"])

        await each([row["workspace_id"] for row in await self._database.read(WORKSPACES, before)], announce)

    async def close(self) -> None:
        """Forgets at once what is announced."""
        if self._forgetting:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)
        await self._forget()

    async def _announce(self, workspace: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        replies: dict[str, Mapping[str, Any]] = {}
        try:
            for start in range(0, len(messages), MOST_AT_ONCE):
                some = messages[start : start + MOST_AT_ONCE]
                for message, reply in zip(some, await self._engine.announce(workspace, some), strict=True):
                    replies[message["message"]] = reply
        except EngineUnavailable as problem:
            self._away = problem
            if self._waits.due(workspace):
                log.warning("%d messages of %s are announced when the live queues return", len(messages), workspace)
        self._done += replies
        if self._done and (self._forgetting is None or self._forgetting.done()):
            self._forgetting = asyncio.create_task(self._forget_soon())
        return replies

    async def _forget_soon(self) -> None:
        while self._done:  # more may have been announced while the ledger forgot
            await asyncio.sleep(GATHER_S)
            await self._forget()

    async def _forget(self) -> None:
        done, self._done = self._done, []
        try:
            if done:
                await self._database.read(DONE, done)
        except DatabaseUnavailable:
            log.warning("%d messages will be announced once more", len(done))
