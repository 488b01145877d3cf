"""Agents in the live state: their presence, whether they can be reached, and their contacts."""

from collections.abc import Sequence
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Connection, prefix
from mci_router.routing.entries import JournalEntry, parsed
from mci_router.vocabulary import Presence


class AgentFunctions(Connection):
    """The functions that change agents, and those that read them."""

    def __init__(self, url: str, *, timeout_s: float, lease_s: float) -> None:
        super().__init__(url, timeout_s=timeout_s)
        self._lease_ms = round(lease_s * 1000)

    async def set_presence(self, workspace: str, agent: str, presence: Presence, reason: str) -> Status:
        return await self._status(workspace, "set_presence", agent, presence, reason)

    async def suspend(self, workspace: str, agent: str, suspended: bool, reason: str) -> Status:
        """Suspends an agent, or lets the agent work again. UNKNOWN: the live state does not know the agent."""
        return await self._status(workspace, "suspend", agent, "suspended" if suspended else "resumed", reason)

    async def connect(self, workspace: str, agent: str, session: str) -> dict[str, Any]:
        """Gives the agent's lease to a socket; the reply has `presence`, `reason`, `seq`, and whether and why the agent
        is suspended.
        """
        return await self._call(workspace, "connect", agent, session, self._lease_ms)

    async def renew_lease(self, workspace: str, agent: str, session: str) -> Status:
        return await self._status(workspace, "renew_lease", agent, session, self._lease_ms)

    async def agent(self, workspace: str, agent: str) -> dict[str, str]:
        """Returns the live hash of an agent; empty if unknown."""
        async with self._reachable():
            return dict(await self.client.hgetall(f"{prefix(workspace)}:agent:{agent}"))

    async def agent_contacts(self, workspace: str, agent: str) -> list[str]:
        """Returns the contacts that an agent is offered, serves, wraps up, has parked or takes part in."""
        start = prefix(workspace)
        async with self._reachable():
            sets = [f"{start}:{kind}:{agent}" for kind in ("agent_contacts", "parked", "joined")]
            return sorted(await self.client.sunion(sets))

    async def presences(self, workspace: str, agents: Sequence[str]) -> list[str]:
        """Returns the presence of several agents, in order; `unreachable` where an agent is not offline and has no
        desk, `suspended` where an agent would be there but for an operator's word.
        """
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for agent in agents:
                pipeline.hmget(f"{prefix(workspace)}:agent:{agent}", "wants", "reachable", "suspended")
            records = await pipeline.execute()
        return [
            _presence(wants or Presence.OFFLINE, reachable=reached == "1", suspended=suspended == "1")
            for wants, reached, suspended in records
        ]

    async def waiting_for(self, workspace: str, agent: str, limit: int) -> list[str]:
        """Returns the contacts in open lines that the agent is able to serve, oldest first, priority counted as age."""
        start = prefix(workspace)
        signature = (await self.agent(workspace, agent)).get("signature", "")
        async with self._reachable():
            # Lines come by the age of their heads, so no line after the first `limit` has a contact that belongs on the
            # list.
            lines = await self.client.zinter({f"{start}:heads": 1, f"{start}:signature_lines:{signature}": 0})
            async with self.client.pipeline(transaction=False) as pipeline:
                for line in lines[:limit]:
                    pipeline.zrange(f"{start}:line:{line}", 0, limit - 1, withscores=True)
                waiting = [scored for contacts in await pipeline.execute() for scored in contacts]
        return [contact for contact, _ in sorted(waiting, key=lambda scored: (scored[1], scored[0]))[:limit]]

    async def inbox(self, workspace: str, agent: str, after: int) -> list[JournalEntry]:
        """Returns the journal entries that concern an agent after a sequence number, oldest first; `stream_id` is the
        inbox's.
        """
        async with self._reachable():
            entries = await self.client.xrange(f"{prefix(workspace)}:inbox:{agent}", min=f"({after}-0")
        return [parsed(place, fields) for place, fields in entries]


def _presence(wants: str, *, reachable: bool, suspended: bool) -> str:
    if wants == Presence.OFFLINE:
        return wants
    return "unreachable" if not reachable else "suspended" if suspended else wants
