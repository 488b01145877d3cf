"""Rate limits: what a key and a workspace spend, of units that this process has leased.

A process takes a small lease by one call and spends it by itself, so that a request costs no round trip. It takes the
next one in the background before the last is spent. While the live state is away nothing is limited: a limit protects
the service from a few, and must not be what stops it for all.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

from mci_router.access.keys import Caller
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, NotFound, TooManyRequests
from mci_router.routing.engine import Engine
from mci_router.routing.engine.rates import Bucket
from mci_router.settings import Settings
from mci_router.specs.rates import RateSpec

LEASE_S = 0.2  # of the rate: what a process may hold that others cannot spend
WAIT_S = 0.3  # what a request may wait for a lease; then it is let through
OPEN_S = 2  # how long nothing is limited, once the live state did not answer
MOST_ACCOUNTS = 10_000  # of keys that were used lately


class Account:
    """What a process has of one bucket."""

    __slots__ = ("left", "limit", "name", "refused_until", "units")

    def __init__(self, name: str, limit: RateSpec) -> None:
        self.name, self.limit = name, limit
        self.units = 0.0
        self.left: float = limit.burst
        self.refused_until = 0.0

    @property
    def lease(self) -> int:
        return max(1, min(self.limit.burst, math.ceil(self.limit.units_per_s * LEASE_S)))

    def missing_s(self, cost: float) -> float:
        """Returns the seconds after which the bucket has what a request of this cost lacks."""
        return max(0.0, (cost - self.units - self.left) / self.limit.units_per_s)


class Standing:
    """The two accounts that a request was paid from: its workspace's, and its key's."""

    __slots__ = ("_policies", "_policies_of", "key", "refill", "workspace")

    def __init__(self, workspace: Account, key: Account) -> None:
        self.workspace, self.key = workspace, key
        self.refill: asyncio.Task[None] | None = None
        self._policies_of: tuple[RateSpec, ...] = ()

    def fields(self) -> list[tuple[bytes, bytes]]:
        """Returns the header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers)."""
        limits = self.workspace.limit, self.key.limit
        if limits != self._policies_of:
            policies = (_policy(name, limit) for name, limit in zip(("workspace", "key"), limits, strict=True))
            self._policies_of, self._policies = limits, ", ".join(policies).encode()
        left = f"{_left('workspace', self.workspace)}, {_left('key', self.key)}".encode()
        return [(b"ratelimit-policy", self._policies), (b"ratelimit", left)]


def _policy(name: str, limit: RateSpec) -> str:
    return f'"{name}";q={limit.burst};w={math.ceil(limit.burst / limit.units_per_s)}'


def _left(name: str, account: Account) -> str:
    """Returns the units left and the seconds until all have come back, as far as this process knows."""
    limit, left = account.limit, max(0, int(account.units + account.left))
    missing = limit.burst - left
    return f'"{name}";r={left};t={math.ceil(missing / limit.units_per_s) if missing > 0 else 0}'


class Rates:
    """Spends units for requests. `limit_of` returns a workspace's own limit, None for the service's."""

    def __init__(
        self,
        engine: Engine,
        workspaces: RateSpec,
        keys: RateSpec,
        limit_of: Callable[[str], Awaitable[RateSpec | None]],
    ) -> None:
        self._engine = engine
        self._workspaces, self._keys = workspaces, keys
        self._limit_of = limit_of
        self._of_workspaces: dict[str, Account] = {}
        self._standings: dict[str, Standing] = {}
        self._open_until = 0.0

    @property
    def open(self) -> bool:
        """Whether nothing is limited now, because the live state does not answer."""
        return time.monotonic() < self._open_until

    async def spend(self, caller: Caller, cost: int) -> Standing:
        """Spends the units of a request. Raises TooManyRequests."""
        standing = self._standings.get(caller.key_id)
        if standing is None:
            standing = self._begin(caller)
        workspace, key = standing.workspace, standing.key
        if workspace.units < cost or key.units < cost:
            await self._wait(caller, standing, cost)
            cost = min(cost, workspace.limit.burst, key.limit.burst)
        workspace.units -= cost
        key.units -= cost
        if (workspace.units < workspace.lease / 2 or key.units < key.lease / 2) and standing.refill is None:
            self._refill(caller, standing, 0)
        return standing

    def _begin(self, caller: Caller) -> Standing:
        if len(self._standings) >= MOST_ACCOUNTS:
            self._standings.clear()
            self._of_workspaces.clear()
        workspace = self._of_workspaces.get(caller.workspace_id)
        if workspace is None:
            workspace = self._of_workspaces[caller.workspace_id] = Account("workspace", self._workspaces)
        standing = Standing(workspace, Account(caller.key_id, caller.rate or self._keys))
        self._standings[caller.key_id] = standing
        return standing

    async def _wait(self, caller: Caller, standing: Standing, cost: int) -> None:
        """Returns once the request can be paid, or nothing is limited. Raises TooManyRequests."""
        for _attempt in range(2):  # the lease under way may have been asked for less
            if self.open:
                break
            self._check(standing)
            task = standing.refill or self._refill(caller, standing, cost)
            try:
                await asyncio.wait_for(asyncio.shield(task), WAIT_S)
            except TimeoutError:
                self._open_until = time.monotonic() + OPEN_S
                break
            accounts = standing.workspace, standing.key
            short = [account for account in accounts if account.units < min(cost, account.limit.burst)]
            if not short:
                return
            for account in short:
                account.refused_until = time.monotonic() + account.missing_s(min(cost, account.limit.burst))
        else:
            self._check(standing)
        for account in (standing.workspace, standing.key):
            account.units = max(account.units, cost)

    def _check(self, standing: Standing) -> None:
        """Raises TooManyRequests while a bucket is known to be empty: no call is made for those who insist."""
        now = time.monotonic()
        for what, account in (("workspace", standing.workspace), ("key", standing.key)):
            if account.refused_until > now:
                raise TooManyRequests.of(
                    what, account.limit.units_per_s, account.refused_until - now, standing.fields()
                )

    def _refill(self, caller: Caller, standing: Standing, cost: int) -> asyncio.Task[None]:
        standing.refill = asyncio.create_task(self._lease(caller, standing, cost))
        return standing.refill

    async def _lease(self, caller: Caller, standing: Standing, cost: int) -> None:
        workspace, key = standing.workspace, standing.key
        try:
            workspace.limit = await self._limit_of(caller.workspace_id) or self._workspaces
            key.limit = caller.rate or self._keys
            asked = [_bucket(account, cost) for account in (workspace, key)]
            leases = await self._engine.lease_units(caller.workspace_id, asked)
            for account, (granted, left) in zip((workspace, key), leases, strict=True):
                account.units += granted
                account.left = left
        except (EngineUnavailable, DatabaseUnavailable, NotFound):
            self._open_until = time.monotonic() + OPEN_S
        finally:
            standing.refill = None


def _bucket(account: Account, cost: int) -> Bucket:
    limit = account.limit
    wanted = max(account.lease, min(cost, limit.burst)) - account.units
    return Bucket(account.name, limit.units_per_s, limit.burst, max(0, math.ceil(wanted)))


def service_rates(settings: Settings, engine: Engine, snapshots: Snapshots) -> Rates:
    """Returns the rates of a service: its settings', and those that workspaces have of their own."""

    async def own(workspace: str) -> RateSpec | None:
        return (await snapshots.get(workspace)).spec.rate_limit

    return Rates(
        engine,
        RateSpec(units_per_s=settings.workspace_units_per_s, burst=settings.workspace_burst),
        RateSpec(units_per_s=settings.key_units_per_s, burst=settings.key_burst),
        own,
    )
