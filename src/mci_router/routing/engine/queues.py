"""Queues, agents and the workspace as configured, and what the live state counts of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.errors import EngineUnavailable
from mci_router.routing.calls import Due, LineFigures, Status
from mci_router.routing.engine.connection import Connection, prefix, reachable

MOST_LINES = 64  # of one call for figures: nobody else waits for long


class QueueFunctions(Connection):
    """The functions for configuration, timers and figures.

    Of two configurations the newer revision stays, in whatever order they come.
    """

    async def configure_workspace(self, workspace: str, revision: int, settings: Mapping[str, Any]) -> Status:
        """Sets the workspace's settings: see `live_settings.live_workspace`."""
        return await self._configure(workspace, "configure_workspace", revision, json.dumps(dict(settings)))

    async def configure_queue(self, workspace: str, revision: int, name: str, settings: Mapping[str, Any]) -> Status:
        """Adds or changes a queue: see `live_settings.live_queue`."""
        return await self._configure(workspace, "configure_queue", name, revision, json.dumps(dict(settings)))

    async def configure_agent(
        self,
        workspace: str,
        revision: int,
        name: str,
        abilities: Mapping[str, float],
        units: int,
        channels: Mapping[Any, int],
        queues: Mapping[str, int] | None = None,
        endpoint: str | None = None,
    ) -> Status:
        """Adds or changes an agent: `abilities` are proficiencies by skill, `channels` and `queues` the most contacts
        of each channel and of each limited queue at once, `endpoint` where calls are put through.
        """
        mark = signature(abilities, units, channels, queues)
        return await self._configure(workspace, "configure_agent", name, revision, mark, endpoint or "")

    async def remove_agent(self, workspace: str, agent: str) -> Status:
        return await self._status(workspace, "remove_agent", agent)

    async def remove_queue(self, workspace: str, queue: str) -> Status:
        return await self._status(workspace, "remove_queue", queue)

    async def set_open(self, workspace: str, queue: str, *, is_open: bool, look_at: Sequence[str] = ()) -> Status:
        """Opens or closes a queue; the contacts of a closed one wait without being offered. Idempotent.

        `look_at`: the queues whose policy may send those who wait in them elsewhere from now on.
        """
        reply = await self._prepare(workspace, "set_open", queue, "open" if is_open else "closed", *look_at)
        return Status(reply["status"])

    async def configured(self, workspace: str) -> tuple[set[str], set[str]]:
        """Returns the names of the agents and of the queues that the live state knows."""
        async with self._reachable():
            agents = await self.client.smembers(f"{prefix(workspace)}:agents")
            queues = await self.client.hkeys(f"{prefix(workspace)}:queue_settings")
        return set(agents), set(queues)

    async def queue_settings(self, workspace: str, queue: str) -> dict[str, Any]:
        """Returns the settings of a queue in the live state, with their `revision`; empty if unknown."""
        async with self._reachable():
            stored = await self.client.hget(f"{prefix(workspace)}:queue_settings", queue)
        settings: dict[str, Any] = json.loads(stored) if stored else {}
        return settings

    async def fire_timers(self, workspace: str, *, limit: int = 200) -> Due:
        """Fires the timers that are due, and returns what the caller has to do."""
        reply = await self._call(workspace, "fire_timers", limit)
        next_ms = reply.get("next_ms")
        next_s = None if next_ms is None else next_ms / 1000
        return Due(
            reply["fired"], reply.get("rungs", []), reply.get("overflows", []), next_s, reply.get("inactive", [])
        )

    async def line_figures(self, workspace: str, queue: str, line: str, contact: str = "") -> LineFigures:
        """Returns the figures for the expected wait in a line; with `contact`, for that contact in it."""
        (figures,) = await self.figures_of_lines(workspace, [(queue, line, contact)])
        return figures

    async def figures_of_lines(
        self, workspace: str, lines: Sequence[tuple[str | int, ...]], *, timeout_s: float | None = None
    ) -> list[LineFigures]:
        """Returns the figures of each (queue, line, contact or ''), by one call, or a few if there are many. Of one
        that is to come also (…, '', the agent who may take it first, for how many ms it would be held for that agent).

        Raises EngineUnavailable also while the live state is not built: it does not wait for that.
        """
        found: list[LineFigures] = []
        async with reachable(timeout_s):
            for start in range(0, len(lines), MOST_LINES):
                asked = json.dumps(lines[start : start + MOST_LINES])
                reply = await self._prepare(workspace, "figures_of_lines", asked)
                if reply["status"] != Status.OK:
                    raise EngineUnavailable
                found += [LineFigures.of(one) for one in reply["replies"]]
        return found

    async def closed_queues(self, workspace: str) -> set[str]:
        """Returns the queues that are closed in the live state."""
        async with self._reachable():
            stored = await self.client.hget(f"{prefix(workspace)}:workspace", "closed")
        return set(json.loads(stored)) if stored else set()

    async def counts(self, workspace: str, name: str) -> dict[str, int]:
        """Returns a hash of counters: `contacts` by outcome, `offers` by what became of them, `presence` by state."""
        async with self._reachable():
            return {
                field: int(value) for field, value in (await self.client.hgetall(f"{prefix(workspace)}:{name}")).items()
            }

    async def queue_counts(self, workspace: str, queue: str) -> dict[str, int]:
        """Returns a queue's counters: `waiting`, `answered`, `answered_in_time`, `abandoned_…`, `wait:{bound in s}`,
        `wait_sum_ms`.
        """
        return await self.counts(workspace, f"queue:{queue}")

    async def _configure(self, workspace: str, function: str, *arguments: str | int) -> Status:
        return Status((await self._prepare(workspace, function, *arguments))["status"])


def signature(
    abilities: Mapping[str, float], units: int, channels: Mapping[Any, int], queues: Mapping[str, int] | None = None
) -> str:
    """Returns what makes agents interchangeable: the exact skills and capacity, as
    `skill:proficiency,…|units|channel:limit,…,*queue:limit,…`.
    """
    skills = ",".join(f"{skill}:{proficiency:g}" for skill, proficiency in sorted(abilities.items()))
    limits = [f"{channel}:{limit}" for channel, limit in sorted(channels.items())]
    limits += [f"*{queue}:{limit}" for queue, limit in sorted((queues or {}).items())]
    return f"{skills}|{units}|{','.join(limits)}"
