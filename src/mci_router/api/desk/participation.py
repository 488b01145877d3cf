"""Frames of conversations that another agent serves, and that the agent of the desk joins, or is asked to."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from mci_router.api.desk.shown import time_of, why_of
from mci_router.clock import moment
from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ParticipantRole

FAMILY = "participant."
INVITATION_ENDED = (EventType.PARTICIPANT_DECLINED, EventType.PARTICIPANT_EXPIRED, EventType.PARTICIPANT_WITHDRAWN)


class Frames(Protocol):
    """Sends a frame with its data."""

    async def __call__(self, kind: str, seq: int | None, **data: Any) -> None: ...


class ParticipationFrames:
    """Sends one desk what it joins. `frame` sends, `pop` finds what an agent sees of a contact."""

    def __init__(self, agent: str, frame: Frames, pop: Callable[[str], Awaitable[dict[str, Any]]]) -> None:
        self._agent = agent
        self._frame = frame
        self._pop = pop

    async def send(self, entry: JournalEntry, contact: str) -> None:
        """Sends the frame of an entry."""
        if entry.type == EventType.PARTICIPANT_INVITED:
            await self._invited(
                entry.seq, contact, entry.data["invitation"], time_of(entry.data["expires_at"]), entry.holder
            )
        elif entry.type == EventType.PARTICIPANT_JOINED:
            await self._joined(entry.seq, contact, entry.data["role"], entry.holder)
        elif entry.type in INVITATION_ENDED:
            await self._frame(
                "invitation.ended",
                entry.seq,
                invitation_id=entry.data["invitation"],
                contact_id=contact,
                why=why_of(entry),
            )
        else:
            await self._frame("participation.ended", entry.seq, contact_id=contact, why=why_of(entry))

    async def send_current(self, contact: str, live: LiveContact, seq: int | None) -> None:
        """Sends what the agent of a desk that knows nothing is asked to join, or takes part in."""
        if live.invited == self._agent:
            expires_at = moment(live.expires_at) if live.expires_at else None
            await self._invited(seq, contact, live.invitation or "", expires_at, live.agent)
        else:
            await self._joined(seq, contact, live.participants[self._agent], live.agent)

    async def _invited(
        self, seq: int | None, contact: str, invitation: str, expires_at: str | None, holder: str | None
    ) -> None:
        pop = await self._pop(contact)
        await self._frame(
            "invitation.created", seq, invitation_id=invitation, expires_at=expires_at, holder=holder, **pop
        )

    async def _joined(self, seq: int | None, contact: str, role: str, holder: str | None) -> None:
        pop = await self._pop(contact)
        await self._frame("participation.started", seq, role=role, holder=holder, **pop)


def takes_part(live: LiveContact, agent: str) -> bool:
    """Returns whether an agent takes part in a conversation of another, or is asked to."""
    return agent == live.invited or agent in live.participants


def company(live: LiveContact | None, *, readers: bool) -> list[dict[str, str]]:
    """Returns who takes part in a conversation beside its agent, as `contact.updated` has them.

    `readers`: whether its agent sees who reads it along.
    """
    found = sorted(live.participants.items()) if live else []
    return [{"agent": name, "role": role} for name, role in found if readers or role is not ParticipantRole.READ_ALONG]
