"""Sessions: the desks whose sockets are open in this process, each ended once its token is no longer valid.

A token is checked at the handshake, and from then on with every refresh of the configuration: the agents from the
snapshots, the keys with one query for all sockets. While the ledger cannot be reached, nothing new is known, and only
the clock ends a session.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum

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


class Session:
    """One open socket of an agent."""

    def __init__(self, identity: AgentIdentity, expires_at: datetime) -> None:
        self.identity = identity
        self._expires_at = expires_at
        self._why = WhyOver.EXPIRED
        self._ended = asyncio.Event()

    def end(self, why: WhyOver) -> None:
        self._why = why
        self._ended.set()

    async def over(self) -> WhyOver:
        """Returns once the token is no longer valid, with the reason."""
        left = (self._expires_at - utc_now()).total_seconds()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), max(0, left))
        return self._why


class Sessions:
    """The sessions of this process."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots
        self._open: set[Session] = set()

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
        if await self._revoked({identity.key_id}):
            raise NotAuthenticated("The key that made the agent token is revoked. Get a token by another one.")

    @contextmanager
    def opened(self, identity: AgentIdentity, expires_at: datetime) -> Iterator[Session]:
        """Keeps a session for as long as the socket is open."""
        session = Session(identity, expires_at)
        self._open.add(session)
        try:
            yield session
        finally:
            self._open.discard(session)

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

    def _removed(self) -> Iterator[Session]:
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
        async with self._database.transaction() as session:
            valid = await session.scalars(select(ApiKey.id).where(ApiKey.id.in_(keys), ApiKey.revoked_at.is_(None)))
        return set(keys) - set(valid)
