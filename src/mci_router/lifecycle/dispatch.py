"""Dispatch: brings a contact of the ledger into the live state, or moves it there, as its rung says.

The ledger always comes first: `recovery` dispatches what the ledger has and the live state lacks. Idempotent.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

from mci_router.errors import EngineUnavailable
from mci_router.intake.contact_columns import NewContact
from mci_router.lifecycle.lines.closed_queues import tell_if_closed
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import CallResult, ContactCall, Placement, Status
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)

Sent: TypeAlias = CallResult | EngineUnavailable
"""The result of a contact's dispatch; the error, where recovery has to do it."""


class Dispatch:
    """Brings committed contacts into the live state."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._caught: set[str] = set()  # workspaces for which the log already says that their catch-all queue is used

    async def send(self, snapshot: Snapshot, contact: Contact) -> CallResult:
        """Brings a committed contact to what its rung says. Idempotent. Raises EngineUnavailable."""
        return await self._engine.carry_out(contact.workspace_id, self._call(snapshot, contact))

    async def move(self, snapshot: Snapshot, contact: Contact, decision: Decision) -> CallResult:
        """Brings a contact that was just put on another rung there. If it waits there until its queue opens, that is
        journalled: who moved it need not see the decision. Raises EngineUnavailable.
        """
        result = await self.send(snapshot, contact)
        await tell_if_closed(self._engine, contact, decision)
        return result

    async def send_all(self, contacts: Sequence[tuple[Snapshot, NewContact]]) -> dict[str, Sent]:
        """Brings committed contacts to what their rungs say: those of one workspace that wait for an agent by one call.
        Idempotent. Returns by contact what became of it.
        """
        lines: dict[str, list[Placement]] = defaultdict(list)
        others: list[tuple[str, ContactCall]] = []
        for snapshot, contact in contacts:
            call = self._call(snapshot, contact)
            if isinstance(call, Placement):
                lines[snapshot.workspace_id].append(call)
            else:
                others.append((snapshot.workspace_id, call))
        sending = [self._enqueue(workspace, placements) for workspace, placements in lines.items()]
        sending += [self._carry_out(workspace, call) for workspace, call in others]
        sent: dict[str, Sent] = {}
        for some in await asyncio.gather(*sending):
            sent |= some
        return sent

    async def _enqueue(self, workspace: str, placements: Sequence[Placement]) -> dict[str, Sent]:
        try:
            results: Sequence[Sent] = await self._engine.enqueue_all(workspace, placements)
        except EngineUnavailable as error:
            results = [error] * len(placements)
        return {one.contact: _done(result) for one, result in zip(placements, results, strict=True)}

    async def _carry_out(self, workspace: str, call: ContactCall) -> dict[str, Sent]:
        try:
            return {call.contact: await self._engine.carry_out(workspace, call)}
        except EngineUnavailable as error:
            return {call.contact: error}

    def _call(self, snapshot: Snapshot, contact: Contact | NewContact) -> ContactCall:
        row: Any = contact
        call = outcome_of(row).engine_call(snapshot, row)
        if isinstance(call, Placement):
            self._warn_of_catch_all(snapshot, call)
        return call

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


def _done(result: Sent) -> Sent:
    """Returns what to tell the adapter: a contact on which the function broke off is recovery's."""
    return EngineUnavailable() if isinstance(result, CallResult) and result.status is Status.FAILED else result
