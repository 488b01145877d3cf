"""Placing: the live state is told where a contact of the ledger belongs.

The ledger comes first, always: what it holds and the live state lacks is placed by `recovery`, and placing is idempotent.
"""

import logging

from mci_router.models import Contact
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Placement, Standing
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)


class Placing:
    """Puts committed contacts where they belong."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._caught: set[str] = set()  # workspaces of which the log says that their catch-all queue is used

    async def place(self, snapshot: Snapshot, contact: Contact) -> Standing:
        """Puts a committed contact where its rung says. Idempotent. Raises EngineUnavailable."""
        place = outcome_of(contact).place(snapshot, contact)
        if isinstance(place, Placement):
            self._warn_of_catch_all(snapshot, place)
        return await self._engine.place(contact.workspace_id, place)

    def _warn_of_catch_all(self, snapshot: Snapshot, place: Placement) -> None:
        """Once a workspace: metrics and wallboard go on saying it."""
        queue = snapshot.queues.get(place.queue)
        if queue and queue.catch_all and snapshot.workspace_id not in self._caught:
            self._caught.add(snapshot.workspace_id)
            log.warning(
                "no queue of %s takes some contacts, such as %s on %s: they wait in %s",
                snapshot.spec.name,
                place.contact,
                place.channel,
                queue.name,
            )
