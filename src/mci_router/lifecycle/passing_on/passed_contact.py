"""A contact that somebody passes on, locked: in a state that allows it, and with the agent who passes it on."""

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import AssignmentGone, NotFound, WrongState
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.passing_on.transfer_records import PassedOn, serves
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState


async def locked_in(
    session: AsyncSession,
    engine: Engine,
    workspace: str,
    contact_id: str,
    passed: PassedOn,
    states: tuple[ContactState, ...],
) -> OpenContact:
    """Returns a contact that is passed on, for this transaction alone.

    Raises WrongState unless it is in one of the states; AssignmentGone if an agent passes it on who does not have that
    assignment; NotFound, EngineUnavailable.
    """
    try:
        current = await OpenContact.locked(session, engine, workspace, contact_id)
    except NotFound:
        if passed.by is not None:
            raise AssignmentGone from None
        raise
    if passed.by is not None and not serves(current.live, passed):
        raise AssignmentGone
    state = current.state
    if current.moving and current.contact.state is ContactState.ACCEPTED:
        raise WrongState("The contact is on its way to another queue.", state=state)
    if state not in states:
        raise WrongState(f"The contact is {state}: this needs one that is {' or '.join(states)}.", state=state)
    if passed.note:
        before = {
            "state": state,
            "queue": current.contact.queue,
            "agent": current.live.agent if current.live else None,
        }
        await passed.note.record(session, before)
    return current
