"""Supervisors' acts on agents: suspend one, let one work again, set a presence.

A suspension is in the ledger and in the live state: it outlives both a rebuild and the desk. It is kept apart from what
the agent wants, and from whether the agent can be reached.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.configuration import store
from mci_router.database import Database
from mci_router.errors import AgentNotWorking, UnknownAgent
from mci_router.models import Resource, Suspension, Workspace
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.values import value
from mci_router.vocabulary import Presence


@value
class AgentState:
    """What an agent wants, whether the agent can be reached, and whether an operator has suspended the agent."""

    agent: str
    presence: Presence
    reason: str
    reachable: bool
    suspended: bool
    suspended_reason: str | None

    @classmethod
    def of(cls, agent: str, live: Mapping[str, str]) -> "AgentState":
        """Returns the state by the live record; by an empty one the agent is offline."""
        suspended = live.get("suspended") == "1"
        return cls(
            agent=agent,
            presence=Presence(live.get("wants", Presence.OFFLINE)),
            reason=live.get("reason", ""),
            reachable=live.get("reachable") == "1",
            suspended=suspended,
            suspended_reason=live.get("suspended_reason", "") if suspended else None,
        )


class AgentActs:
    """Acts on agents.

    Every method takes a name or an id, and raises NotFound if there is no such agent, UnknownAgent if the live state
    does not know the agent yet, and EngineUnavailable. A note is recorded only where the act changes something.
    """

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def read(self, workspace: str, reference: str) -> AgentState:
        """Returns the state of an agent now."""
        async with self._database.transaction() as session:
            agent = await store.resource(session, workspace, "agent", reference)
        return await self._state(workspace, agent.name)

    async def suspend(self, workspace: str, reference: str, reason: str, note: Note) -> AgentState:
        """Suspends an agent: the contacts held are finished, pending offers go to others. Idempotent."""
        async with self._database.command() as session:
            agent = await _locked(session, workspace, reference)
            if await _suspension(session, agent) is None:
                session.add(Suspension(agent_id=agent.id, agent=agent.name, workspace_id=workspace, reason=reason))
                await note.record(session, {"suspended": False}, {"suspended": True})
            await self._suspend(workspace, agent.name, reason, suspended=True)
        return await self._state(workspace, agent.name)

    async def resume(self, workspace: str, reference: str, reason: str, note: Note) -> AgentState:
        """Ends the suspension of an agent. Idempotent."""
        async with self._database.command() as session:
            agent = await _locked(session, workspace, reference)
            if await _suspension(session, agent) is not None:
                await session.execute(
                    delete(Suspension).where(Suspension.workspace_id == workspace, Suspension.agent_id == agent.id)
                )
                await note.record(session, {"suspended": True}, {"suspended": False})
            await self._suspend(workspace, agent.name, reason, suspended=False)
        return await self._state(workspace, agent.name)

    async def set_presence(
        self, workspace: str, reference: str, presence: Presence, reason: str, note: Note
    ) -> AgentState:
        """Sets the presence of an agent, as the agent's own desk could.

        Raises AgentNotWorking for `available` while no desk of the agent is connected.
        """
        async with self._database.command() as session:
            agent = await _locked(session, workspace, reference)
            before = await self._state(workspace, agent.name)
            if presence is Presence.AVAILABLE and not before.reachable:
                raise AgentNotWorking(f"No desk of {agent.name} is connected: only a desk makes an agent available.")
            facts = {"presence": before.presence, "reason": before.reason}
            if facts != (wanted := {"presence": presence, "reason": reason}):
                await note.record(session, facts, wanted)
                if await self._engine.set_presence(workspace, agent.name, presence, reason) is Status.UNKNOWN:
                    raise _not_there_yet(agent.name)
        return await self._state(workspace, agent.name)

    async def _suspend(self, workspace: str, agent: str, reason: str, *, suspended: bool) -> None:
        if await self._engine.suspend(workspace, agent, suspended, reason) is Status.UNKNOWN:
            raise _not_there_yet(agent)

    async def _state(self, workspace: str, agent: str) -> AgentState:
        return AgentState.of(agent, await self._engine.agent(workspace, agent))


async def suspended_agents(session: AsyncSession, workspace: str) -> dict[str, str]:
    """Returns the suspended agents of a workspace: the reason by name."""
    query = select(Suspension.agent, Suspension.reason).where(Suspension.workspace_id == workspace)
    return {row.agent: row.reason for row in await session.execute(query)}


async def _locked(session: AsyncSession, workspace: str, reference: str) -> Resource:
    """Returns the agent's resource, locked against other acts on the agent.

    The workspace is locked first, as a change of the configuration does, so that neither waits for the other in vain.
    """
    shared = select(Workspace.id).where(Workspace.id == workspace).with_for_update(read=True, key_share=True)
    await session.execute(shared)
    found = await store.resource(session, workspace, "agent", reference)
    await session.refresh(found, with_for_update={"key_share": True})
    return found


async def _suspension(session: AsyncSession, agent: Resource) -> Suspension | None:
    return await session.get(Suspension, agent.id)


def _not_there_yet(agent: str) -> UnknownAgent:
    return UnknownAgent(f"The live state does not know the agent {agent!r} yet. Try again in a moment.")
