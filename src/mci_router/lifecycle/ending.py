"""The end of a contact that nobody serves to its end: the customer leaves, an operator cancels it, or it counts as resolved."""

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.lifecycle.open_contact import locked
from mci_router.lifecycle.placing import Placing
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Standing, Status
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState


class Ending:
    """Ends contacts."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, placing: Placing) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._placing = placing

    async def end(
        self, workspace: str, contact_id: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> Standing:
        """Ends a contact as abandoned, cancelled or resolved. Idempotent.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended otherwise.
        """
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            if standing.status is Status.UNKNOWN and not contact.state.final:
                await self._placing.place(await self._snapshots.get(workspace), contact)
                standing = await self._engine.close_contact(workspace, contact_id, state, why, only_from=only_from)
            ended_as = standing.state or contact.state
            if standing.status is not Status.OK and ended_as is not state:
                raise WrongState(f"The contact cannot become {state}: it is {ended_as}.", state=ended_as)
            await outcome_of(contact).leave(session, contact, utc_now(), ended=True)
        return standing
