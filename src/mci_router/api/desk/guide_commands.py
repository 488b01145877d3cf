"""Commands of an agent about guides: read, and answered step by step."""

from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.api.schemas.guide_frames import AnswerStep, GuideCommand
from mci_router.conversations.access import Access, who_may
from mci_router.errors import NotYourContact


class GuideCommands:
    """Carries out one agent's frames about guides."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def do(self, frame: GuideCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the guides as they are then.

        Raises NotYourContact, and what the methods of `Guides` raise.
        """
        data, answers = frame.data, isinstance(frame, AnswerStep)
        live = await self._parts.engine.contact(self._workspace, data.contact_id)
        if who_may(live, self._agent) < (Access.WRITE if answers else Access.READ):
            raise NotYourContact
        snapshot = await self._parts.snapshots.get(self._workspace)
        if isinstance(frame, AnswerStep):
            said = frame.data
            await self._parts.guides.answer(
                snapshot, said.contact_id, self._agent, said.guide, said.step, said.version, said.answer
            )
        return await self._parts.guides.of(snapshot, data.contact_id)
