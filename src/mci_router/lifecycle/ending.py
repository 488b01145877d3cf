"""Ending a contact that no agent completes: the customer leaves, an operator cancels it, or it counts as resolved."""

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.rows import locked
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState


class Endings:
    """Ends contacts."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch

    async def end(
        self,
        workspace: str,
        contact_id: str,
        state: ContactState,
        why: str,
        *,
        only_from: ContactState | None = None,
        note: Note | None = None,
    ) -> CallResult:
        """Ends a contact as abandoned, cancelled or resolved. Idempotent.

        One whose customer has asked for a callback is not abandoned by the customer's hanging up: it waits on.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended otherwise.
        """
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            result = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            if result.status is Status.UNKNOWN and not contact.state.final:
                await self._dispatch.send(await self._snapshots.get(workspace), contact)
                result = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            ended_as = result.state or contact.state
            if result.status is not Status.OK and ended_as is not state:
                raise WrongState(f"The contact cannot become {state}: it is {ended_as}.", state=ended_as)
            if note and result.status is Status.OK:
                await note.record(session, {"state": contact.state, "queue": contact.queue})
            if ended_as.final:
                await outcome_of(contact).leave(session, contact, utc_now(), ended=True)
        return result
