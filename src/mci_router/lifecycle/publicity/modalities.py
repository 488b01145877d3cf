"""Modalities: a conversation that stands in public goes on in private, and goes back with a summary."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from mci_router.configuration.snapshots import Snapshots
from mci_router.lifecycle.publicity.going_back import GoingBack, Summary
from mci_router.lifecycle.publicity.private_places import PrivatePlace
from mci_router.lifecycle.publicity.summary_consents import SummaryConsents
from mci_router.lifecycle.publicity.taking_private import Mover, TakingPrivate
from mci_router.vocabulary import SummaryConsentRule

Tell: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Says in public that the customer of a workspace's contact is answered directly, unless it was said."""


class Modalities:
    """Takes conversations private, and back."""

    def __init__(
        self, snapshots: Snapshots, private: TakingPrivate, public: GoingBack, consents: SummaryConsents, tell: Tell
    ) -> None:
        self._snapshots = snapshots
        self._private = private
        self._public = public
        self.summaries = consents
        self._tell = tell

    async def take_private(self, workspace: str, contact_id: str, place: PrivatePlace, mover: Mover) -> bool:
        """Takes a conversation private, and tells the public so. Raises as `TakingPrivate.take` does."""
        changed = await self._private.take(workspace, contact_id, place, mover)
        await self._tell(workspace, contact_id)
        return changed

    async def by_rule(self, workspace: str, contact_id: str, rule: str) -> None:
        """Takes a conversation private because a rule says so. Raises as `take_private` does."""
        mover = Mover(f"rule:{rule}", f"the rule {rule} fires")
        await self.take_private(workspace, contact_id, PrivatePlace(), mover)

    async def go_back(self, workspace: str, contact_id: str, mover: Mover, summary: Summary | None = None) -> bool:
        """Takes a conversation back to the public; with a summary once its customer has agreed to that, unless the
        workspace says that none has to. Returns whether anything changed.

        Raises as `GoingBack.back` and `SummaryConsents.ask` do.
        """
        rule = (await self._snapshots.get(workspace)).spec.summaries.consent
        if summary and rule is SummaryConsentRule.ASKED:
            return await self.summaries.ask(workspace, contact_id, mover, summary)
        return await self._public.back(workspace, contact_id, mover, summary)

    async def draft(self, workspace: str, contact_id: str) -> str:
        """Returns a first draft of a summary. Raises as `GoingBack.draft` does."""
        return await self._public.draft(workspace, contact_id)

    async def turn(self) -> None:
        """Tells of summaries what a crash has left untold."""
        await self._public.turn()
