"""Access: what an agent may do in the conversation of a contact. Pure."""

from enum import IntEnum

from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import FINAL_STATES


class Access(IntEnum):
    """What may be done, from nothing upwards."""

    NOTHING = 0
    READ = 1
    WRITE = 2


def who_may(live: LiveContact | None, agent: str) -> Access:
    """Returns what an agent may do: read what it is offered, and write where it serves the contact or wraps it up."""
    if live is None or live.state in FINAL_STATES:
        return Access.NOTHING
    if live.offered_to == agent:
        return Access.READ
    return Access.WRITE if live.agent == agent else Access.NOTHING


def writers(live: LiveContact, but: str | None = None) -> tuple[str, ...]:
    """Returns the agents who may write in a contact's conversation, but for one."""
    return tuple(one for one in (live.agent,) if one and one != but and who_may(live, one) is Access.WRITE)
