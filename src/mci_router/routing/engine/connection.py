"""The connection to the live state: two clients of Redis or Valkey, or of a cluster, and one way to call a function.

The clients never retry by themselves: a function that timed out may have run. Every transition names what it acts on
(this offer, that rung), so our own calls are idempotent; the library also takes a command id, for callers whose
commands name nothing.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import Connection as PlainConnection
from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import ResponseError as ResponseError

from mci_router.errors import EngineUnavailable, refusal_of
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine.library import library
from mci_router.routing.engine.reaching import ELSEWHERE
from mci_router.routing.engine.reaching import reachable as reachable

CLUSTER_SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
# A dead shard makes every command of its workspaces doubt the topology; to read it again cuts the others' connections.
REREAD_S = 1
LONGEST_BLOCK_S = 5.0  # of a read that waits for new entries
LONGEST_READ_S = LONGEST_BLOCK_S + 2  # of such a read with its answer
ELSEWHERE_S = 1.0
PROBE, PROBED_MS = "probe", 1000  # where a probe writes, as if it were a workspace, and how long that counts
MOST_CONNECTIONS = 10_000  # a process reads two streams of every workspace at once, each on a connection of its own

_executing: ContextVar[bool] = ContextVar("executing", default=False)


def prefix(workspace: str) -> str:
    """Returns what all keys of a workspace begin with. The hash tag keeps them on one shard."""
    return f"mci:{{{workspace}}}"


class Cluster(RedisCluster):
    """A client of a cluster, for commands that concern one workspace each.

    `reinitialize_steps=0`: a slot that has moved is noted by itself; to read the whole topology cuts every connection.
    """

    def __init__(self, seeds: list[tuple[str, int]], **options: Any) -> None:
        super().__init__(startup_nodes=[ClusterNode(*seed) for seed in seeds], reinitialize_steps=0, **options)
        self.commands_parser: Any = _Keys()
        kind = _OpenSSLConnection if options.get("ssl") else _OpenConnection
        self.connection_kwargs["connection_class"] = kind  # every node made from now on
        for node in self.nodes_manager.startup_nodes.values():
            node.connection_class = kind
        self._seeds = seeds
        self._read_at = float(-REREAD_S)

    async def initialize(self, *args: Any, **kwargs: Any) -> "Cluster":
        """Reads which node has which slots, if in doubt. Asks the URL's nodes, too: all others may have moved."""
        if not self._initialize:
            return self
        if self.get_default_node() and time.monotonic() - self._read_at < REREAD_S:
            self._initialize = False
            return self
        for seed in self._seeds:
            node = ClusterNode(*seed, **self.connection_kwargs)
            self.nodes_manager.startup_nodes.setdefault(node.name, node)
        await super().initialize(*args, **kwargs)
        self._read_at = time.monotonic()
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Reads the topology first: the client alone sends its first command to any node, which may be a dead one."""
        await self.initialize()
        return await super().execute_command(*args, **kwargs)

    async def _execute_command(self, *args: Any, **kwargs: Any) -> Any:
        token = _executing.set(True)
        try:
            return await super()._execute_command(*args, **kwargs)
        finally:
            _executing.reset(token)

    async def aclose(self) -> None:
        """Closes every connection. Called by the client itself when a shard is down, it leaves those of the others."""
        self._initialize = True
        if _executing.get():
            return
        await self.nodes_manager.aclose()
        await self.nodes_manager.aclose("startup_nodes")

    async def load(self, source: str, key: str | None) -> None:
        """Loads a function library on the primary of a key, or on all that can be reached; a call loads the others."""
        nodes = [self.get_node_from_key(key)] if key else self.get_primaries()
        loads = (self.execute_command("FUNCTION LOAD", "REPLACE", source, target_nodes=node) for node in nodes)
        failures = [
            outcome
            for outcome in await asyncio.gather(*loads, return_exceptions=True)
            if isinstance(outcome, Exception)
        ]
        if len(failures) == len(nodes):
            raise failures[0]


class _Open:
    """A connection that notices before a command that its server has closed it. A cluster's client does not look."""

    _reader: Any

    async def send_packed_command(self, *args: Any, **kwargs: Any) -> None:
        if self._reader is not None and (self._reader.at_eof() or self._reader.exception()):
            await self.disconnect(nowait=True)  # type: ignore[attr-defined]  # of the connection this is mixed into
        await super().send_packed_command(*args, **kwargs)  # type: ignore[misc]


class _OpenConnection(_Open, PlainConnection):
    pass


class _OpenSSLConnection(_Open, SSLConnection):
    pass


class _Keys:
    """Finds the key of a command. The client alone would ask a server about functions and streams at each call."""

    async def initialize(self, node: ClusterNode) -> None:
        """Does nothing: there is nothing to learn from a server."""

    async def get_keys(self, *command: Any) -> list[str]:
        return [next((part for part in command if isinstance(part, str) and part.startswith("mci:{")), str(command[1]))]


def connect(url: str, *, timeout_s: float, **more: Any) -> Any:
    """Returns a client that decodes and never retries. A cluster is `redis+cluster://host:port,host:port`."""
    options: dict[str, Any] = {
        "decode_responses": True,
        "retry": Retry(NoBackoff(), 0),
        "max_connections": MOST_CONNECTIONS,
        "socket_connect_timeout": timeout_s,
        **more,
    }
    address = urlsplit(url)
    if address.scheme not in CLUSTER_SCHEMES:
        return Redis.from_url(url, **options)
    login, at, hosts = address.netloc.rpartition("@")
    one = address._replace(scheme=CLUSTER_SCHEMES[address.scheme], netloc=f"{login}{at}cluster").geturl()
    named: dict[str, Any] = {**parse_url(one)}
    named["ssl"] = named.pop("connection_class", None) is not None
    del named["host"]
    # One call may have to ask several nodes who has a slot, some of which are gone.
    return Cluster(
        [_node(host) for host in hosts.split(",")], **options | {"socket_connect_timeout": timeout_s / 4} | named
    )


def _node(host: str) -> tuple[str, int]:
    node = urlsplit(f"//{host}")
    return node.hostname or "localhost", node.port or 6379


class Connection:
    """A connection to the live state; `build` makes that of a workspace from the ledger when it is missing.

    Every method that calls Redis raises EngineUnavailable when it cannot be reached.
    """

    def __init__(self, url: str, *, timeout_s: float) -> None:
        # Both decode. Each use has a bound of its own, `reachable`: the client's cost a task and two timers a command.
        self.client: Any = connect(url, timeout_s=timeout_s, socket_timeout=None)
        self.blocking: Any = connect(url, timeout_s=timeout_s, socket_timeout=None)
        self.build: Callable[[str], Awaitable[None]] | None = None
        self._timeout_s = timeout_s
        self._builds: dict[str, asyncio.Task[None]] = {}
        self._elsewhere_at = 0.0

    async def close(self) -> None:
        for build in self._builds.values():
            build.cancel()
        await asyncio.gather(*self._builds.values(), return_exceptions=True)
        await self.client.aclose()
        await self.blocking.aclose()

    async def ping(self) -> None:
        """Asks every primary for an answer, and has one of them write by a function, as all work does."""
        if isinstance(self.client, Cluster):
            async with self._reachable():
                await self.client.execute_command("PING", target_nodes=Cluster.PRIMARIES)
        await self._prepare(PROBE, "beat", "a probe", PROBED_MS)

    async def load(self) -> None:
        """Loads this version's function library, in place of any other, on every primary that can be reached."""
        async with self._reachable():
            await self._load()

    async def ensure_built(self, workspace: str) -> None:
        """Makes the live state of a workspace from the ledger if it is missing. Raises DatabaseUnavailable."""
        if self.build is None or await self.built(workspace):
            return
        build = self._builds.get(workspace)
        if build is None:
            build = self._builds[workspace] = asyncio.create_task(self._build(self.build, workspace))
            build.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits for it
        await asyncio.shield(build)

    async def built(self, workspace: str) -> bool:
        async with self._reachable():
            return bool(await self.client.hexists(f"{prefix(workspace)}:workspace", "built"))

    async def _build(self, build: Callable[[str], Awaitable[None]], workspace: str) -> None:
        try:
            await build(workspace)
        finally:
            del self._builds[workspace]

    async def _load(self, key: str | None = None) -> None:
        """Loads the function library on the server of a key, or on all."""
        if isinstance(self.client, Cluster):
            await self.client.initialize()
            await self.client.load(library(), key)
        else:
            await self.client.function_load(library(), replace=True)

    def _reachable(self) -> AbstractAsyncContextManager[None]:
        return reachable(self._timeout_s)

    async def _contact(self, workspace: str, function: str, *arguments: str | int) -> CallResult:
        return CallResult.of(await self._call(workspace, function, *arguments))

    async def _status(self, workspace: str, function: str, *arguments: str | int) -> Status:
        return Status((await self._call(workspace, function, *arguments))["status"])

    async def _call(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        """Calls a transition, on a live state that is built."""
        return await self._call_as(workspace, "", function, *arguments)

    async def _call_as(self, workspace: str, command: str, function: str, *arguments: str | int) -> dict[str, Any]:
        """Calls a transition as a command, which is carried out once."""
        reply = await self._run(workspace, function, command, "", *arguments)
        if reply["status"] == Status.NOT_BUILT:
            await self._wait_until_built(workspace)
            reply = await self._run(workspace, function, command, "", *arguments)
        if reply["status"] == Status.NOT_BUILT:  # its workspace is gone, or the state was lost again just now
            raise EngineUnavailable
        return reply

    async def _wait_until_built(self, workspace: str) -> None:
        """Waits as long as a call may take: later the work is done as after any time without live queues."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self.ensure_built(workspace)
        except TimeoutError as error:
            raise EngineUnavailable from error

    async def _prepare(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        """Calls a function that works before the live state is built."""
        return await self._run(workspace, function, "", "", *arguments)

    async def _look_elsewhere(self, problem: EngineUnavailable) -> None:
        """Makes all connections again to a server that has become a replica: its name may be another server's by now.

        Those in use once they are free; not more often than each second, however many are refused.
        """
        refusal, now = refusal_of(problem), time.monotonic()
        if refusal and refusal.code in ELSEWHERE and isinstance(self.client, Redis) and now >= self._elsewhere_at:
            self._elsewhere_at = now + ELSEWHERE_S
            for client in (self.client, self.blocking):
                with suppress(RedisError):
                    await client.connection_pool.update_active_connections_for_reconnect()
                    await client.connection_pool.disconnect(inuse_connections=False)

    async def _run(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        try:
            return await self._answer(workspace, function, *arguments)
        except EngineUnavailable as problem:
            await self._look_elsewhere(problem)
            raise

    async def _answer(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        async with self._reachable():
            try:
                reply = await self.client.fcall(function, 1, prefix(workspace), *arguments)
            except ResponseError as error:
                if "Function not found" not in str(error):
                    raise
                await self._load(prefix(workspace))
                reply = await self.client.fcall(function, 1, prefix(workspace), *arguments)
        answer: dict[str, Any] = json.loads(reply)
        return answer
