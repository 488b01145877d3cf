"""The live state: one Redis function library, and one typed method for each of its functions.

Every function touches one workspace and journals what it did in the same atomic step (see `lua/`). The clients never retry by
themselves: a function that timed out may have run. Every transition names what it acts on (this offer, that rung), so our own calls
are harmless to repeat; the library also takes a command id, for callers whose commands name nothing.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import ResponseError as ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from mci_router.errors import EngineUnavailable
from mci_router.routing.library import library
from mci_router.routing.standing import Hold, Placement, Standing, Status, standing_of
from mci_router.vocabulary import ContactState, Presence

log = logging.getLogger(__name__)


def prefix(workspace: str) -> str:
    """What all keys of a workspace begin with. The hash tag keeps them on one shard."""
    return f"mci:{{{workspace}}}"


class Engine:
    """The functions of the live state. `build` makes a workspace's live state from the ledger when it is missing.

    Every method raises EngineUnavailable when Redis cannot be reached.
    """

    def __init__(self, url: str, *, timeout_s: float, reoffer_delay_s: float, lease_s: float) -> None:
        options: dict[str, Any] = {
            "decode_responses": True,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": timeout_s,
        }
        # redis-py's types allow for bytes everywhere; these clients decode.
        self.client: Any = Redis.from_url(url, **options)
        self.blocking: Any = Redis.from_url(url, **options)
        self.build: Callable[[str], Awaitable[None]] | None = None
        self._timeout_s = timeout_s
        self._reoffer_delay_ms = round(reoffer_delay_s * 1000)
        self._lease_ms = round(lease_s * 1000)
        self._building: dict[str, asyncio.Lock] = {}

    def _reachable(self) -> AbstractAsyncContextManager[None]:
        return reachable(self._timeout_s)

    async def close(self) -> None:
        await self.client.aclose()
        await self.blocking.aclose()

    async def ping(self) -> None:
        async with self._reachable():
            await self.client.execute_command("PING")

    # Contacts

    async def enqueue(self, workspace: str, placement: Placement) -> Standing:
        """Puts a contact in line, and offers it at once if an able agent is free. Harmless to repeat."""
        return await self._contact(workspace, "enqueue", json.dumps(placement.arguments()))

    async def hold(self, workspace: str, hold: Hold) -> Standing:
        """Notes that automation or the community serves a contact. Harmless to repeat."""
        return await self._contact(workspace, "hold", json.dumps(hold.arguments()))

    async def close_contact(
        self, workspace: str, contact: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> Standing:
        """Ends a contact as abandoned, cancelled or resolved."""
        return await self._contact(workspace, "close", contact, state, why, only_from or "")

    async def contact(self, workspace: str, contact: str) -> dict[str, str]:
        """The live hash of a contact; empty if it is not live."""
        async with self._reachable():
            return dict(await self.client.hgetall(f"{prefix(workspace)}:contact:{contact}"))

    async def contacts(self, workspace: str, contacts: Sequence[str]) -> list[dict[str, str]]:
        """The live hashes of several contacts, in order."""
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for contact in contacts:
                pipeline.hgetall(f"{prefix(workspace)}:contact:{contact}")
            return list(await pipeline.execute())

    async def known(self, contacts: Sequence[tuple[str, str]]) -> list[bool]:
        """Whether the live state knows each (workspace, contact)."""
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for workspace, contact in contacts:
                pipeline.exists(f"{prefix(workspace)}:contact:{contact}")
            return [bool(found) for found in await pipeline.execute()]

    # Agents

    async def accept(self, workspace: str, agent: str, offer: str) -> Standing:
        return await self._contact(workspace, "accept", agent, offer, contact_of(offer))

    async def decline(self, workspace: str, agent: str, offer: str, why: str) -> Standing:
        return await self._contact(workspace, "decline", agent, offer, contact_of(offer), why, self._reoffer_delay_ms)

    async def complete(self, workspace: str, agent: str, assignment: str, disposition: str, notes: str) -> Standing:
        return await self._contact(workspace, "complete", agent, assignment, contact_of(assignment), disposition, notes)

    async def end_wrap_up(self, workspace: str, agent: str, assignment: str) -> Standing:
        return await self._contact(workspace, "end_wrap_up", agent, assignment, contact_of(assignment))

    async def set_presence(self, workspace: str, agent: str, presence: Presence, reason: str) -> Status:
        return Status((await self._call(workspace, "set_presence", agent, presence, reason))["status"])

    async def connect(self, workspace: str, agent: str, session: str) -> dict[str, Any]:
        """Gives the agent's lease to a socket; the reply has `presence`, `reason` and `seq`."""
        return await self._call(workspace, "connect", agent, session, self._lease_ms)

    async def renew_lease(self, workspace: str, agent: str, session: str) -> Status:
        return Status((await self._call(workspace, "renew_lease", agent, session, self._lease_ms))["status"])

    async def agent(self, workspace: str, agent: str) -> dict[str, str]:
        """The live hash of an agent; empty if unknown."""
        async with self._reachable():
            return dict(await self.client.hgetall(f"{prefix(workspace)}:agent:{agent}"))

    async def agent_contacts(self, workspace: str, agent: str) -> list[str]:
        """The contacts an agent is offered, serves or wraps up."""
        async with self._reachable():
            return sorted(await self.client.smembers(f"{prefix(workspace)}:agent_contacts:{agent}"))

    async def inbox(self, workspace: str, agent: str, after: int) -> list[dict[str, Any]]:
        """The journal entries that concern an agent after a sequence number, oldest first."""
        async with self._reachable():
            entries = await self.client.xrange(f"{prefix(workspace)}:inbox:{agent}", min=f"({after}-0")
        return [json.loads(fields["entry"]) for _, fields in entries]

    # Configuration

    async def configure_queue(self, workspace: str, revision: int, name: str, *, offer_timeout_s: float, wrap_up_s: float) -> None:
        """Makes a queue known, or changes it."""
        await self._prepare(workspace, "configure_queue", name, revision, round(offer_timeout_s * 1000), round(wrap_up_s * 1000))

    async def configure_agent(
        self, workspace: str, revision: int, name: str, abilities: Mapping[str, int], units: int, channels: Mapping[Any, int]
    ) -> None:
        """`abilities` are proficiencies by skill, `channels` the most contacts of each channel at once."""
        signature = ",".join(f"{skill}:{proficiency}" for skill, proficiency in sorted(abilities.items()))
        await self._prepare(
            workspace,
            "configure_agent",
            name,
            revision,
            signature,
            json.dumps(dict(abilities)),
            units,
            json.dumps(dict(channels)),
        )

    async def remove_agent(self, workspace: str, agent: str) -> Status:
        return Status((await self._call(workspace, "remove_agent", agent))["status"])

    async def remove_queue(self, workspace: str, queue: str) -> Status:
        return Status((await self._call(workspace, "remove_queue", queue))["status"])

    async def configured(self, workspace: str) -> tuple[set[str], set[str]]:
        """The names of the agents and of the queues the live state knows."""
        async with self._reachable():
            agents = await self.client.smembers(f"{prefix(workspace)}:agents")
            queues = await self.client.smembers(f"{prefix(workspace)}:queues")
        return set(agents), set(queues)

    # Building

    async def restore(self, workspace: str, arguments: Mapping[str, Any]) -> Status:
        return Status((await self._prepare(workspace, "restore", json.dumps(arguments)))["status"])

    async def mark_built(self, workspace: str, revision: int, short_abandon_s: float) -> None:
        await self._prepare(workspace, "mark_built", revision, round(short_abandon_s * 1000))

    async def built(self, workspace: str) -> bool:
        async with self._reachable():
            return bool(await self.client.exists(f"{prefix(workspace)}:built"))

    # Timers and figures

    async def fire_timers(self, workspace: str, *, limit: int = 200) -> tuple[int, list[str]]:
        """Fires what is due. Returns how many timers fired, and the contacts whose rung's limit has passed."""
        reply = await self._call(workspace, "fire_timers", limit, self._reoffer_delay_ms)
        return reply["fired"], reply.get("rungs", [])

    async def counts(self, workspace: str, name: str) -> dict[str, int]:
        """A hash of counters: `contacts` by outcome, `offers` by fate, `presence` by state."""
        async with self._reachable():
            return {field: int(value) for field, value in (await self.client.hgetall(f"{prefix(workspace)}:{name}")).items()}

    async def queue_counts(self, workspace: str, queue: str) -> dict[str, int]:
        """A queue's counters: `waiting`, `answered`, `answered_in_time`, `abandoned_…`, `wait:{bound in s}`, `wait_sum_ms`."""
        return await self.counts(workspace, f"queue:{queue}")

    # Calling

    async def _contact(self, workspace: str, function: str, *arguments: str | int) -> Standing:
        return standing_of(await self._call(workspace, function, *arguments))

    async def _call(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        reply = await self._run(workspace, function, "", "", *arguments)
        if reply["status"] == Status.NOT_BUILT:
            await self.ensure_built(workspace)
            reply = await self._run(workspace, function, "", "", *arguments)
        return reply

    async def _prepare(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        return await self._run(workspace, function, "", "", *arguments)

    async def ensure_built(self, workspace: str) -> None:
        """Makes the live state of a workspace from the ledger if it is missing."""
        async with self._building.setdefault(workspace, asyncio.Lock()):
            if self.build and not await self.built(workspace):
                await self.build(workspace)

    async def _run(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        async with self._reachable():
            try:
                reply = await self.client.fcall(function, 1, prefix(workspace), *arguments)
            except ResponseError as error:
                if "Function not found" not in str(error):
                    raise
                await self.load()
                reply = await self.client.fcall(function, 1, prefix(workspace), *arguments)
        answer: dict[str, Any] = json.loads(reply)
        return answer

    async def load(self) -> None:
        """Loads this version's function library, in place of any other."""
        async with self._reachable():
            await self.client.function_load(library(), replace=True)


@asynccontextmanager
async def reachable(timeout_s: float | None = None) -> AsyncIterator[None]:
    """Turns a server that is lost, loading or too slow into EngineUnavailable. Without a time-out for reads that block."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
            # The client swallows a cancellation that finds it looking whether an idle connection is still good.
            task = asyncio.current_task()
            if task and task.cancelling():
                raise asyncio.CancelledError
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise EngineUnavailable from error
    except ResponseError as error:
        if str(error).startswith(("LOADING", "CLUSTERDOWN", "READONLY")):
            raise EngineUnavailable from error
        raise
    except RedisError as error:
        log.exception("the engine failed")
        raise EngineUnavailable from error


def contact_of(reference: str) -> str:
    """The contact an offer or assignment id belongs to; an id of neither form names no contact."""
    parts = reference.split("_")
    return f"con_{parts[1]}" if len(parts) == 4 and parts[0] in ("ofr", "asg") else ""
