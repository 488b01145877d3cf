"""Messages at the desk: journal entries about conversations become frames. Their words are read from the ledger.

What comes at the same time is read in one look. A message that nobody may read any longer, or that this agent may not,
has no frame.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.clock import from_ms, moment, utc_now
from mci_router.conversations.access import who_may
from mci_router.conversations.messages import MessageData
from mci_router.events import EventType
from mci_router.routing.engine.typing import Typist
from mci_router.routing.entries import JournalEntry

CHANGED = (EventType.MESSAGE_EDITED, EventType.MESSAGE_REDACTED)
SAYS = (EventType.MESSAGE_CREATED, *CHANGED)
"""What has a message's words with it."""

Frame: TypeAlias = Callable[..., Awaitable[None]]


class DeskMessages:
    """Tells one agent's desk of messages. `frame` sends it a frame of a type, with its `seq` and data."""

    def __init__(self, parts: Parts, identity: AgentIdentity, frame: Frame) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._frame = frame

    async def said(self, entries: Sequence[JournalEntry], *, later: bool = False) -> Mapping[str, MessageData]:
        """Returns the messages of entries by id, of those that the agent may read. `later`: these did not happen just
        now. Raises DatabaseUnavailable.
        """
        ids = {entry.data["message"] for entry in entries if entry.type in SAYS}
        changed = ids if later else {entry.data["message"] for entry in entries if entry.type in CHANGED}
        found = await self._parts.lookup.get(self._workspace, ids, changed=changed)
        return {
            one: said
            for one, said in found.items()
            if said["to_agent"] in (None, self._agent) or said["author"] == self._agent
        }

    async def missed(self, entries: Sequence[JournalEntry]) -> Mapping[str, MessageData]:
        """Returns as `said` does, of contacts that the agent still has: others may be for other eyes now."""
        contacts = sorted({entry.contact for entry in entries if entry.type in SAYS and entry.contact})
        lives = await self._parts.engine.contacts(self._workspace, contacts)
        mine = {one for one, live in zip(contacts, lives, strict=True) if who_may(live, self._agent)}
        return await self.said([entry for entry in entries if entry.contact in mine], later=True)

    async def tell(self, entry: JournalEntry, said: Mapping[str, MessageData]) -> None:
        """Sends what an entry tells, with the words of `said`."""
        data, contact, seq = entry.data, entry.contact, entry.seq
        if entry.type == EventType.MESSAGE_CREATED and data["message"] in said:
            await self._frame("message.created", seq, contact_id=contact, message=said[data["message"]])
        elif entry.type in SAYS and data["message"] in said:
            await self._frame("message.updated", seq, contact_id=contact, message=said[data["message"]])
        elif entry.type == EventType.MESSAGE_DELIVERY:
            await self._frame(
                "message.delivery",
                seq,
                contact_id=contact,
                message_id=data["message"],
                message_seq=data["message_seq"],
                state=data["delivery"],
                error=_error(data),
            )
        elif entry.type == EventType.MESSAGE_READ:
            await self._frame("message.read", seq, contact_id=contact, party=data["party"], up_to_seq=data["up_to_seq"])

    async def typing(self, typist: Typist) -> None:
        """Sends that somebody is typing, unless that is over."""
        until = from_ms(typist.until)
        if until > utc_now():
            await self._frame(
                "typing", None, contact_id=typist.contact, who=typist.who, name=typist.name, until=moment(until)
            )


def _error(data: Mapping[str, Any]) -> dict[str, Any] | None:
    slug = data.get("error")
    return {"slug": slug, "retryable": data.get("retryable", False)} if slug else None
