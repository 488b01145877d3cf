"""API keys: shown once when they are made, kept as a hash, looked up on every request."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.lookups import RememberedLookups
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import NotAuthenticated, NotFound, TrustMissing
from mci_router.ids import new_id
from mci_router.models import ApiKey, Resource
from mci_router.specs.rates import RateSpec
from mci_router.values import value
from mci_router.vocabulary import Trust

OF_ITS_ADAPTER = and_(
    Resource.workspace_id == ApiKey.workspace_id, Resource.kind == "adapter", Resource.name == ApiKey.adapter
)


class Scope(StrEnum):
    """The rights that a key may have."""

    CONTACTS_WRITE = "contacts:write"
    CONTACTS_READ = "contacts:read"
    CONTACTS_SENSITIVE = "contacts:sensitive"
    CONTACTS_SUPERVISE = "contacts:supervise"
    MESSAGES_WRITE = "messages:write"
    MESSAGES_DELIVER = "messages:deliver"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_EXPORT = "customers:export"
    CUSTOMERS_ERASE = "customers:erase"
    COMMUNITY_READ = "community:read"
    COMMUNITY_WRITE = "community:write"
    COMMUNITY_MODERATE = "community:moderate"
    CONFIGURATION_READ = "configuration:read"
    CONFIGURATION_WRITE = "configuration:write"
    AGENTS_TOKEN = "agents:token"
    REPORTS_READ = "reports:read"
    METRICS_READ = "metrics:read"
    INCIDENTS_READ = "incidents:read"
    INCIDENTS_WRITE = "incidents:write"
    TRIAGE_READ = "triage:read"
    TRIAGE_WRITE = "triage:write"
    KEYS_WRITE = "keys:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    AUDIT_READ = "audit:read"
    SESSIONS_WRITE = "sessions:write"
    RUNS_READ = "runs:read"
    RUNS_WRITE = "runs:write"
    RUNS_RESULT = "runs:result"
    RUNS_APPROVE = "runs:approve"
    WORKFORCE_READ = "workforce:read"
    WORKFORCE_WRITE = "workforce:write"
    COACHING_READ = "coaching:read"
    COACHING_WRITE = "coaching:write"


@value
class Caller:
    """The sender of a request: a key of one workspace, with its scopes, and the most it may assert of an address."""

    workspace_id: str
    key_id: str
    scopes: frozenset[str]
    trust: Trust = Trust.CLAIMED
    name: str = ""
    rate: RateSpec | None = None
    """Its own rate limit; None for that of the service."""
    adapter: str | None = None
    """The channel adapter whose key it is; what it posts is the adapter's."""

    @property
    def sender(self) -> str:
        """Whose keys of messages the caller's are: its adapter's, or its own."""
        return f"adapter:{self.adapter}" if self.adapter else f"key:{self.key_id}"

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def asserts(self, trust: Trust) -> None:
        """Checks what the key asserts. Raises TrustMissing if this is more than it may."""
        if trust.rank > self.trust.rank:
            raise TrustMissing(f"This key may assert {self.trust} at most, and not {trust}.", trust=self.trust)


async def make_key(
    session: AsyncSession,
    workspace: str,
    name: str,
    scopes: Sequence[Scope],
    trust: Trust = Trust.CLAIMED,
    rate: RateSpec | None = None,
    adapter: str | None = None,
) -> tuple[ApiKey, str]:
    """Makes a key. Returns it and its secret, which is kept nowhere."""
    secret = f"mci_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        id=new_id("api_key"),
        workspace_id=workspace,
        name=name,
        hint=secret[:8],
        hash=_hash(secret),
        scopes=sorted(set(scopes)),
        trust=trust,
        adapter=adapter,
        rate_per_s=rate.units_per_s if rate else None,
        rate_burst=rate.burst if rate else None,
        created_at=utc_now(),
    )
    session.add(key)
    await session.flush()
    return key, secret


async def list_keys(session: AsyncSession, workspace: str) -> Sequence[ApiKey]:
    return (await session.scalars(select(ApiKey).where(ApiKey.workspace_id == workspace).order_by(ApiKey.id))).all()


async def revoke_key(session: AsyncSession, workspace: str, key_id: str) -> ApiKey | None:
    """Revokes a key, and returns it; None if it was revoked before. Idempotent. Raises NotFound."""
    query = select(ApiKey).where(ApiKey.workspace_id == workspace, ApiKey.id == key_id)
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NotFound(f"There is no key {key_id!r} in this workspace.")
    if found.revoked_at is not None:
        return None
    found.revoked_at = utc_now()
    await session.flush()
    return found


def rate_of(key: ApiKey) -> RateSpec | None:
    """Returns the key's own rate limit."""
    if key.rate_per_s is None or key.rate_burst is None:
        return None
    return RateSpec(units_per_s=key.rate_per_s, burst=key.rate_burst)


class KeyRing:
    """Finds the caller behind a secret."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers = RememberedLookups(self._look_up)

    async def caller(self, secret: str) -> Caller:
        """Returns the caller with that secret. Raises NotAuthenticated, DatabaseUnavailable."""
        return await self._callers.get(_hash(secret))

    async def _look_up(self, digest: str) -> Caller:
        async with self._database.reading() as session:
            row = (await session.execute(_in_force(), {"hash": digest})).one_or_none()
        if row is None:
            raise NotAuthenticated("The key is unknown or revoked.")
        key, adapter = row
        rate, trust = rate_of(key), _trust_of(key, adapter)
        return Caller(key.workspace_id, key.id, frozenset(key.scopes), trust, key.name, rate, key.adapter)

    def forget(self) -> None:
        """Forgets all callers after a revocation here, so that it applies at once in this process."""
        self._callers.forget()


@cache  # it is asked whenever a key comes that was not seen for a while
def _in_force() -> Select[ApiKey, dict[str, Any]]:
    found = select(ApiKey, Resource.spec).outerjoin(Resource, OF_ITS_ADAPTER)
    return found.where(ApiKey.hash == bindparam("hash"), ApiKey.revoked_at.is_(None))


def _trust_of(key: ApiKey, adapter: Mapping[str, Any] | None) -> Trust:
    """Returns the most that a key may assert: at most what its adapter may; claims alone where that is gone."""
    if key.adapter is None:
        return key.trust
    return min(key.trust, Trust(adapter["trust"]) if adapter else Trust.CLAIMED, key=lambda trust: trust.rank)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
