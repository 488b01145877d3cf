"""Sessions: the desks whose sockets are open in this process, each ended once its token is no longer valid.

A token is checked at the handshake, and from then on with every refresh of the configuration: the agents from the
snapshots, the keys with one query for all sockets. While the ledger cannot be reached, nothing new is known, and only
the clock ends a session.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import select

from mci_router.access.tokens import AgentIdentity
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import NotAuthenticated, NotFound
from mci_router.models import ApiKey

CHANGES = "SELECT concat_ws(' ', count(*), count(revoked_at), max(revoked_at)) FROM api_keys"
"""Is another value when a key is revoked or deleted."""


class WhyOver(StrEnum):
    """The reason why a token is no longer valid."""

    EXPIRED = "token_expired"
    KEY_REVOKED = "key_revoked"
    AGENT_REMOVED = "agent_removed"  # also if another of the name was made since
    SESSIONS_ENDED = "sessions_ended"  # of a customer


Who = TypeVar("Who")


class Session(Generic[Who]):
    """One open socket of an agent or a customer, for as long as its token is valid."""

    def __init__(self, identity: Who, expires_at: datetime) -> None:
        self.identity = identity
        self._why: WhyOver | None = None
        self._told: Callable[[WhyOver], None] | None = None
        left = (expires_at - utc_now()).total_seconds()
        self._expiry = asyncio.get_running_loop().call_later(max(0, left), self.end, WhyOver.EXPIRED)

    def end(self, why: WhyOver) -> None:
        """Ends the session, once."""
        if self._why is None:
            self._why = why
            self._expiry.cancel()
            if self._told:
                self._told(why)

    def when_over(self, tell: Callable[[WhyOver], None]) -> None:
        """Has `tell` called with the reason once the token is no longer valid."""
        self._told = tell
        if self._why is not None:
            tell(self._why)

    def forget(self) -> None:
        """Watches no further: the socket is closed."""
        self._told = None
        self._expiry.cancel()


class OpenSessions(Generic[Who]):
    """The sessions that are open in this process."""

    def __init__(self) -> None:
        self._open: set[Session[Who]] = set()

    @contextmanager
    def opened(self, identity: Who, expires_at: datetime) -> Iterator[Session[Who]]:
        """Keeps a session for as long as the socket is open."""
        session = Session(identity, expires_at)
        self._open.add(session)
        try:
            yield session
        finally:
            self._open.discard(session)
            session.forget()


class Sessions(OpenSessions[AgentIdentity]):
    """The agents' sessions of this process."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        super().__init__()
        self._database = database
        self._snapshots = snapshots
        self._asked: set[str] = set()
        self._answer: asyncio.Task[set[str]] | None = None
        self._asking = asyncio.Lock()

    async def admit(self, identity: AgentIdentity) -> None:
        """Checks that the agent may open a session. Raises NotAuthenticated, or NotFound if there is no such agent."""
        snapshot = await self._snapshots.get(identity.workspace_id)
        if snapshot.generations.get(identity.agent) != identity.generation:
            # Another process may have made the agent just now.
            snapshot = await self._snapshots.reload(identity.workspace_id)
        if identity.agent not in snapshot.generations:
            raise NotFound(f"There is no agent {identity.agent!r} in this workspace.")
        if snapshot.generations[identity.agent] != identity.generation:
            raise NotAuthenticated(
                "The agent token is of an agent who was removed. Get one from POST /v1/agents/{id}/token."
            )
        if await self._is_revoked(identity.key_id):
            raise NotAuthenticated("The key that made the agent token is revoked. Get a token by another one.")

    def restless(self) -> bool:
        """Returns whether a session is open of an agent who is gone."""
        return any(self._removed())

    async def check(self) -> None:
        """Ends the sessions of agents who are gone and of keys that are revoked. Raises DatabaseUnavailable."""
        for session in list(self._removed()):
            session.end(WhyOver.AGENT_REMOVED)
        revoked = await self._revoked({session.identity.key_id for session in self._open})
        for session in self._open:
            if session.identity.key_id in revoked:
                session.end(WhyOver.KEY_REVOKED)

    async def _is_revoked(self, key: str) -> bool:
        """Asks for a key. One query answers all who ask while the one before is under way."""
        self._asked.add(key)
        if self._answer is None:
            self._answer = asyncio.create_task(self._ask())
            self._answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps all have left
        return key in await asyncio.shield(self._answer)

    async def _ask(self) -> set[str]:
        async with self._asking:
            keys, self._asked, self._answer = self._asked, set(), None
            return await self._revoked(keys)

    def _removed(self) -> Iterator[Session[AgentIdentity]]:
        if not self._open:
            return
        generations = {snapshot.workspace_id: snapshot.generations for snapshot in self._snapshots.cached()}
        for session in self._open:
            who = session.identity
            if generations.get(who.workspace_id, {}).get(who.agent) != who.generation:
                yield session

    async def _revoked(self, keys: Collection[str]) -> set[str]:
        """Returns the keys that are revoked or deleted."""
        if not keys:
            return set()
        async with self._database.reading() as session:
            valid = await session.scalars(select(ApiKey.id).where(ApiKey.id.in_(keys), ApiKey.revoked_at.is_(None)))
        return set(keys) - set(valid)
