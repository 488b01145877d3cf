"""Dispatch: brings a contact of the ledger into the live state, or moves it there, as its rung says.

The ledger always comes first: `recovery` dispatches what the ledger has and the live state lacks. Idempotent.
"""

import logging

from mci_router.models import Contact
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import CallResult, Placement
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)


class Dispatch:
    """Brings committed contacts into the live state."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._caught: set[str] = set()  # workspaces for which the log already says that their catch-all queue is used

    async def send(self, snapshot: Snapshot, contact: Contact) -> CallResult:
        """Brings a committed contact to what its rung says. Idempotent. Raises EngineUnavailable."""
        call = outcome_of(contact).engine_call(snapshot, contact)
        if isinstance(call, Placement):
            self._warn_of_catch_all(snapshot, call)
        return await self._engine.carry_out(contact.workspace_id, call)

    def _warn_of_catch_all(self, snapshot: Snapshot, placement: Placement) -> None:
        """Warns once a workspace: metrics and wallboard show it all the time."""
        queue = snapshot.queues.get(placement.queue)
        if queue and queue.catch_all and snapshot.workspace_id not in self._caught:
            self._caught.add(snapshot.workspace_id)
            log.warning(
                "no queue of %s takes some contacts, such as %s on %s: they wait in %s",
                snapshot.spec.name,
                placement.contact,
                placement.channel,
                queue.name,
            )
