"""The session of one agent's desk: journal entries become frames, and frames become commands."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.commands import DeskCommands
from mci_router.api.desk.incoming import all_of, missed, take_over
from mci_router.api.desk.messages import DeskMessages
from mci_router.api.desk.participation import FAMILY, ParticipationFrames, company, takes_part
from mci_router.api.desk.pops import ScreenPops
from mci_router.api.desk.shown import WITH_AGENT, accepts_at, is_the_agents, resume_from, time_of, why_of
from mci_router.api.parts import Parts
from mci_router.api.schemas.frames import Frame, Heartbeat, SetPresence
from mci_router.clock import from_ms, moment
from mci_router.conversations.messages import MessageData
from mci_router.errors import UnknownAgent
from mci_router.events import EventType
from mci_router.intake.masking import mask
from mci_router.routing.calls import Status
from mci_router.routing.engine.journal import FeedItem, Gap, Reconnected
from mci_router.routing.engine.typing import Typist
from mci_router.routing.entries import JournalEntry
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import SPOKEN, ContactState, Presence

TAKEN_BACK = (EventType.OFFER_EXPIRED, EventType.OFFER_REVOKED, EventType.OFFER_DECLINED)
CONTACT = "contact."
MOST_BEHIND = 32  # entries that are to be told before anything that is not kept


class DeskSession:
    """Serves one socket of one agent. `send` writes a frame to it."""

    def __init__(
        self,
        parts: Parts,
        identity: AgentIdentity,
        session: str,
        entries: asyncio.Queue[FeedItem],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        self.identity = identity
        self._parts = parts
        self._commands = DeskCommands(parts, identity)
        self._messages = DeskMessages(parts, identity, self._frame)
        self._workspace, self._agent = identity.workspace_id, identity.agent
        self._pops = ScreenPops(parts, identity)
        self._participation = ParticipationFrames(identity.agent, self._frame, self._pops.of)
        self._session = session
        self._entries = entries
        self._send = send
        self._sent = 0  # the agent's sequence number up to which the desk has everything
        self._presence: tuple[Presence, str] = (Presence.OFFLINE, "")
        self._suspension: str | None = None  # the operator's reason, while the agent is suspended

    async def open(self, resume: int | None) -> None:
        """Takes the agent over, says hello, and sends what the desk missed, or all current contacts if it is new."""
        reply = await take_over(self._parts.engine, self._workspace, self._agent, self._session)
        if reply["status"] == Status.UNKNOWN:
            raise UnknownAgent(f"The live state does not know the agent {self._agent!r} yet. Try again in a moment.")
        self._presence = (Presence(reply["presence"]), reply["reason"])
        await self._greet(reply, resume)

    async def _greet(self, reply: dict[str, Any], resume: int | None) -> None:
        self._suspension = reply.get("suspended_reason", "") if reply.get("suspended") else None
        entries = await missed(self._parts.engine, self._workspace, self._agent, resume, reply["seq"])
        current = await self._current() if entries is None else []
        await self._send(
            {
                "type": "hello",
                "data": {
                    "agent": self._agent,
                    "presence": reply["presence"],
                    "reason": reply["reason"],
                    "suspended": self._suspension is not None,
                    "suspended_reason": self._suspension,
                    "resume": resume_from(resume if entries else None if current else reply["seq"]),
                    "resumed": entries is not None,
                    "heartbeat_s": self._parts.settings.heartbeat_s,
                    "lease_s": self._parts.settings.lease_s,
                },
            }
        )
        for number, (contact, live) in enumerate(current, start=1):
            # Only the last frame carries `seq`: a desk whose socket breaks before it starts from the beginning again.
            await self._send_current(contact, live, reply["seq"] if number == len(current) else None)
        await self._send_missed(entries or [])
        self._sent = max(self._sent, reply["seq"])

    async def forward(self) -> bool:
        """Sends a frame for each of the agent's journal entries, once, in order.

        Returns True when another desk takes the agent over.
        """
        while True:
            items = await all_of(self._entries)
            said = await self._messages.said([item for item in items if isinstance(item, JournalEntry)])
            for item in items:
                match item:
                    case Reconnected(reply=reply):
                        await self._greet(reply, None)
                    case Gap():
                        inbox = await self._parts.engine.inbox(self._workspace, self._agent, self._sent)
                        await self._send_missed(inbox)
                    case Typist() as typist:
                        await self._messages.typing(typist)
                    case JournalEntry() as entry if self._taken_over(entry):
                        return True
                    case JournalEntry() as entry:
                        await self._send_once(entry, said)

    def hear(self, typist: Typist) -> None:
        """Has the desk told that somebody is typing, unless it is behind with what matters more."""
        if self._entries.qsize() < MOST_BEHIND:
            self._entries.put_nowait(typist)

    def _taken_over(self, entry: JournalEntry) -> bool:
        connected = entry.type == EventType.AGENT_CONNECTED and entry.seq > self._sent
        return connected and entry.data["session"] != self._session

    async def _send_missed(self, entries: Sequence[JournalEntry]) -> None:
        said = await self._messages.missed(entries)
        for entry in entries:
            await self._send_once(entry, said)

    async def _send_once(self, entry: JournalEntry, said: Mapping[str, MessageData]) -> None:
        if entry.seq > self._sent:
            await self._send_entry(entry, said)
            self._sent = entry.seq

    async def do(self, frame: Frame) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises the problem of one that it refuses."""
        match frame:
            case SetPresence(data=data):
                self._presence = (data.state, mask(data.reason).text)
                if (
                    await self._parts.engine.set_presence(self._workspace, self._agent, *self._presence)
                    is Status.UNKNOWN
                ):
                    raise UnknownAgent(f"The live state does not know the agent {self._agent!r}.")
                return {"presence": data.state}
            case Heartbeat():
                return {"lease": await self.renew()}
            case _:
                return await self._commands.do(frame)

    async def renew(self) -> Status:
        """Renews the lease. If it had lapsed, or the live state was rebuilt, connects again with the same presence."""
        status = await self._parts.engine.renew_lease(self._workspace, self._agent, self._session)
        if status is Status.LOST:
            reply = await self._parts.engine.connect(self._workspace, self._agent, self._session)
            if reply["status"] == Status.UNKNOWN:
                return Status.UNKNOWN
            # The desk's contacts may have ended: it gets the current ones again, before anything that follows.
            self._entries.put_nowait(Reconnected({**reply, "presence": self._presence[0], "reason": self._presence[1]}))
            # An agent who went offline says so again: else what it holds would stay with it.
            if reply["presence"] != self._presence[0] or self._presence[0] is Presence.OFFLINE:
                await self._parts.engine.set_presence(self._workspace, self._agent, *self._presence)
            return Status.OK
        return status

    async def _current(self) -> list[tuple[str, LiveContact]]:
        """Returns the contacts that the agent is offered or has, for a desk that knows nothing."""
        contacts = await self._parts.engine.agent_contacts(self._workspace, self._agent)
        found = await self._parts.engine.contacts(self._workspace, contacts)
        return [
            (contact, live)
            for contact, live in zip(contacts, found, strict=True)
            if live and (is_the_agents(live, self._agent) or takes_part(live, self._agent))
        ]

    async def _send_current(self, contact: str, live: LiveContact, seq: int | None) -> None:
        if takes_part(live, self._agent):
            await self._participation.send_current(contact, live, seq)
        elif live.state is ContactState.OFFERED or live.second == self._agent:
            await self._offer(seq, contact, live.expires_at, live, await self._pops.of(contact, live.rung))
        else:
            await self._started(seq, live.assignment, live.state, live, await self._pops.of(contact))

    async def _send_entry(self, entry: JournalEntry, said: Mapping[str, MessageData]) -> None:
        if entry.talk:
            await self._messages.tell(entry, said)
        elif entry.type == EventType.AGENT_PRESENCE_CHANGED:
            self._presence = (Presence(entry.data["presence"]), entry.why or "")
            await self._present(entry.seq)
        elif entry.type in (EventType.AGENT_SUSPENDED, EventType.AGENT_RESUMED):
            self._suspension = (entry.why or "") if entry.type == EventType.AGENT_SUSPENDED else None
            await self._present(entry.seq)
        elif entry.type == EventType.SHIFT_CHANGED:
            await self._frame("plan.changed", entry.seq, change=entry.data["change"])
        elif entry.contact:
            await self._send_contact(entry, entry.contact)

    async def _present(self, seq: int) -> None:
        (state, reason), why = self._presence, self._suspension
        await self._frame(
            "presence.changed", seq, state=state, reason=reason, suspended=why is not None, suspended_reason=why
        )

    async def _send_contact(self, entry: JournalEntry, contact: str) -> None:
        seq, kind = entry.seq, entry.type
        if kind == EventType.OFFER_CREATED:
            live, pop = await self._pops.with_live(contact, entry.rung or 0)
            if live and live.offer == entry.offer:
                await self._offer(seq, contact, from_ms(entry.data["expires_at"]), live, pop, entry.why)
        elif kind in (EventType.OFFER_ACCEPTED, EventType.CONTACT_HANDED_OVER):
            live, pop = await self._pops.with_live(contact)
            await self._started(seq, entry.data["assignment"], entry.data["state"], live, pop)
        elif kind in TAKEN_BACK or (entry.offer and kind.startswith(CONTACT)):
            await self._frame("offer.revoked", seq, offer_id=entry.offer, contact_id=contact, why=why_of(entry))
        elif kind == EventType.CONTACT_VERIFIED:
            await self._verified(entry, contact)
        elif kind.startswith(FAMILY):
            await self._participation.send(entry, contact)
        elif kind.startswith(CONTACT):
            await self._updated(entry, contact)

    async def _updated(self, entry: JournalEntry, contact: str) -> None:
        await self._frame(
            "contact.updated",
            entry.seq,
            contact_id=contact,
            state=entry.state,
            assignment_id=entry.assignment,
            event=entry.type.removeprefix(CONTACT),
            why=entry.why,
            to=entry.data.get("to"),
            queue=entry.queue,
            to_queue=entry.data.get("to_queue"),
            opens_at=time_of(entry.data.get("opens_at")),
            by=entry.data.get("by"),
            participants=entry.data.get("participants", []),
            invited=entry.data.get("invited"),
            wrap_up_ends_at=time_of(entry.data.get("wrap_up_ends_at")),
            assignment_ended=entry.type == EventType.CONTACT_TRANSFERRED or entry.state not in WITH_AGENT,
        )

    async def _verified(self, entry: JournalEntry, contact: str) -> None:
        pop = await self._pops.of(contact)
        await self._frame(
            "contact.verified",
            entry.seq,
            contact_id=contact,
            by=entry.data["by"],
            customer=pop.get("customer"),
            history=pop.get("history", []),
        )

    async def _offer(
        self,
        seq: int | None,
        contact: str,
        expires_at: datetime | None,
        live: LiveContact,
        pop: dict[str, Any],
        why: str | None = None,
    ) -> None:
        queues = (await self._parts.snapshots.get(self._workspace)).queues
        warm = live.second == self._agent
        await self._frame(
            "offer.created",
            seq,
            offer_id=live.offer,
            expires_at=moment(expires_at) if expires_at else None,
            accepts_at=accepts_at(queues.get(live.where_it_waits.queue or ""), expires_at),
            why=why,
            warm=warm,
            holder=live.agent if warm else None,
            **pop,
        )

    async def _started(
        self, seq: int | None, assignment: str | None, state: str, live: LiveContact | None, pop: dict[str, Any]
    ) -> None:
        held = live if live and live.assignment == assignment else None
        await self._frame(
            "assignment.started",
            seq,
            assignment_id=assignment,
            state=state,
            transferring=held is not None and held.transferring,
            interrupted=held is not None and held.interrupted,
            on_hold=held is not None and held.held_since is not None,
            endpoint=await self._commands.endpoint() if pop["contact"].get("channel") in SPOKEN else None,
            wrap_up_ends_at=moment(held.wrap_up_ends_at) if held and held.wrap_up_ends_at else None,
            participants=company(held, readers=(await self._parts.snapshots.get(self._workspace)).spec.show_readers),
            invited=held.invited if held else None,
            **pop,
        )

    async def _frame(self, kind: str, seq: int | None, **data: Any) -> None:
        await self._send({"type": kind, "data": data} | ({} if seq is None else {"seq": seq}))
