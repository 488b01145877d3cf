"""What one agent's desk shows of a contact, with what its workspace has set."""

import asyncio
from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.lifecycle.seen.screen_pop import pages_of_posts, screen_pop
from mci_router.routing.live_contact import LiveContact


class ScreenPops:
    """Screen pops for one agent."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace, self._agent = identity.workspace_id, identity.agent

    async def of(self, contact: str, rung: int = 0) -> dict[str, Any]:
        """Returns what the agent sees of a contact that is on this rung, or on a later one. Raises
        DatabaseUnavailable.
        """
        snapshot = await self._parts.snapshots.get(self._workspace)
        agent = snapshot.agents.get(self._agent)
        skills = {skill.skill for skill in agent.skills} if agent else set()
        crm, threads = (snapshot.spec.crm_url, self._agent), pages_of_posts(snapshot)
        asked = (self._parts.pops, self._workspace, contact, self._agent, skills, rung, crm, threads)
        return await screen_pop(*asked, scores=snapshot.spec.show_survey_scores) or {"contact": {"id": contact}}

    async def with_live(self, contact: str, rung: int = 0) -> tuple[LiveContact | None, dict[str, Any]]:
        """Returns the contact as it is now, and what the agent sees of it: both are asked for at once. Raises
        EngineUnavailable, DatabaseUnavailable.
        """
        live, pop = await asyncio.gather(self._parts.engine.contact(self._workspace, contact), self.of(contact, rung))
        return live, pop
