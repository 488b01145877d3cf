"""The lobbies of this process: one for each workspace that has customers here."""

import asyncio

from mci_router.api.customer.lobby import Lobby
from mci_router.api.customer.visit import Visit
from mci_router.configuration.snapshots import Snapshots
from mci_router.lifecycle.seen.customer_view import CustomerViews
from mci_router.lifecycle.talking.customer_messages import CustomerMessages
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import Feed


class Lobbies:
    """Has each visit in the lobby of its workspace."""

    def __init__(
        self, engine: Engine, views: CustomerViews, messages: CustomerMessages, snapshots: Snapshots, feed: Feed
    ) -> None:
        self.views = views
        self.messages = messages
        self._engine = engine
        self._snapshots = snapshots
        self._feed = feed
        self._of: dict[str, Lobby] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def enter(self, visit: Visit) -> Lobby:
        """Has a visit told what happens to its customer, and returns its lobby."""
        workspace = visit.identity.workspace_id
        lobby = self._of.get(workspace)
        if lobby is None:
            lobby = self._of[workspace] = Lobby(
                workspace, self._engine, self.views, self.messages, self._snapshots, self._feed
            )
        await lobby.enter(visit)
        return lobby

    def leave(self, visit: Visit) -> None:
        """Ends a visit, and the lobby with its last one."""
        workspace = visit.identity.workspace_id
        if lobby := self._of.get(workspace):
            lobby.leave(visit)
            if lobby.empty:
                del self._of[workspace]
                closing = asyncio.create_task(lobby.close())
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Ends all lobbies."""
        await asyncio.gather(*(lobby.close() for lobby in self._of.values()), *self._closing)
