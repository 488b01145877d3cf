"""Access: what an agent may do in the conversation of a contact. Pure."""

from collections.abc import Mapping
from enum import IntEnum

from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import FINAL_STATES, ParticipantRole


class Access(IntEnum):
    """What may be done, from nothing upwards."""

    NOTHING = 0
    READ = 1
    WHISPER = 2
    """Read, and write notes to one agent alone."""
    WRITE = 3


OF_A_ROLE: Mapping[ParticipantRole | None, Access] = {
    ParticipantRole.CONSULT: Access.WRITE,
    ParticipantRole.READ_ALONG: Access.WHISPER,
}


def who_may(live: LiveContact | None, agent: str) -> Access:
    """Returns what an agent may do: read what it is offered or asked to join, write where it serves the contact, wraps
    it up or is consulted, and whisper where it reads along.
    """
    if live is None or live.state in FINAL_STATES:
        return Access.NOTHING
    if agent in (live.offered_to, live.invited):
        return Access.READ
    if live.agent == agent:
        return Access.WRITE
    return OF_A_ROLE.get(live.participants.get(agent), Access.NOTHING)


def writers(live: LiveContact, but: str | None = None) -> tuple[str, ...]:
    """Returns the agents who may write in a contact's conversation, but for one."""
    return tuple(
        one for one in (live.agent, *live.participants) if one and one != but and who_may(live, one) is Access.WRITE
    )
