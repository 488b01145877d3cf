"""Commands of an agent in conversations: to write, to read, to have read, to be typing.

An agent writes where it serves the contact, wraps it up or is consulted, whispers where it reads along, and reads what
it is offered, too; no other contact is the agent's, whether it exists or not.
"""

import time
from typing import Any

from mci_router.access.audit import Actor
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import audited
from mci_router.api.desk.answer_commands import AnswerCommands
from mci_router.api.modality import move, summary_data
from mci_router.api.parts import Parts
from mci_router.api.schemas.message_frames import (
    ChangeModality,
    DraftSummary,
    EditMessage,
    MarkRead,
    MessageCommand,
    MessageData,
    ModalityData,
    ReadConversation,
    ReadData,
    ReadSummary,
    RedactData,
    RedactMessage,
    SayTyping,
    SendAgain,
    SendMessage,
    WindowData,
)
from mci_router.clock import from_ms, moment, to_ms, utc_now
from mci_router.conversations import reading
from mci_router.conversations.access import Access, who_may
from mci_router.conversations.rewriting import Found
from mci_router.errors import ConversationOver, NotFound, NotYourContact, UnknownAgent, ValueMissing
from mci_router.lifecycle.answers.canned_values import unfilled
from mci_router.lifecycle.seen.case_window import case_window
from mci_router.lifecycle.talking.message_changes import Author
from mci_router.lifecycle.talking.saying import Said
from mci_router.routing.engine.typing import LIFE_S, Typist
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ActorKind, ContactState, MessageKind, Modality, SummaryState

TYPING_EVERY_S = 2  # a notice lives for three times as long; more of them would say nothing new
OVER = "The conversation is over: write a note, or begin another contact."


class MessageCommands:
    """Carries out one agent's frames about conversations."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._answers = AnswerCommands(parts, identity)
        self._typed: dict[str, float] = {}

    async def do(self, frame: MessageCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises NotYourContact, and what its work raises."""
        match frame:
            case SendMessage(data=data):
                return await self._send(data)
            case ReadConversation(data=data):
                return await self._read(data)
            case MarkRead(data=data):
                return await self._mark(data)
            case SayTyping(data=data):
                return await self._typing(data.contact_id)
            case SendAgain(data=data):
                return await self._send_again(data.message_id)
            case EditMessage(data=data):
                found = await self._written(data.message_id)
                return {"message": await self._parts.changes.edit(self._workspace, found, data.text, self._author)}
            case RedactMessage(data=data):
                return await self._redact(data)
            case ChangeModality(data=data):
                return await self._move(data)
            case ReadSummary(data=data):
                return await self._asked(data.contact_id)
            case DraftSummary(data=data):
                return await self._draft(data.contact_id)

    async def _send(self, data: MessageData) -> dict[str, Any]:
        """Writes what the agent says.

        Raises ConversationOver, UnknownAgent, ValueMissing, and as `Conversations.say` does.
        """
        self._typed.pop(data.contact_id, None)  # what was typed is written; what comes next is news
        whispers = data.kind is MessageKind.NOTE and data.to_agent is not None
        live = await self._mine(data.contact_id, Access.WHISPER if whispers else Access.WRITE)
        if data.answers and data.kind is MessageKind.AGENT and (missing := unfilled(data.text)):
            raise ValueMissing(f"{{{missing[0]}}} stands in the message: write what it is to say.", missing=missing)
        if data.to_agent and who_may(live, data.to_agent) is Access.NOTHING:
            raise UnknownAgent(f"{data.to_agent!r} does not have this contact.")
        said = Said(
            kind=data.kind,
            author=self._agent,
            text=data.text,
            owner=f"agent:{self._agent}",
            key=data.client_id,
            to_agent=data.to_agent,
            visibility=data.visibility,
            in_reply_to=data.in_reply_to,
            over=data.kind is MessageKind.AGENT and live.state is ContactState.WRAPPING_UP,
            files=[one.id for one in data.attachments],
            files_of=f"agent:{self._agent}",
        )
        try:
            spoken = await self._parts.conversations.say(self._workspace, data.contact_id, said)
        except ConversationOver:
            raise ConversationOver(OVER) from None
        await self._answers.settle(data.contact_id, data.answers)
        return {"message": spoken.message}

    async def _read(self, data: WindowData) -> dict[str, Any]:
        """Returns messages of the contact's case."""
        await self._mine(data.contact_id, Access.READ)
        agent = (await self._parts.snapshots.get(self._workspace)).agents.get(self._agent)
        window = await case_window(
            self._parts.database,
            self._workspace,
            data.contact_id,
            self._agent,
            {skill.skill for skill in agent.skills} if agent else set(),
            after_seq=data.after_seq,
            before_seq=data.before_seq,
            limit=data.limit,
        )
        return {
            "items": window.items,
            "last_seq": window.last_seq,
            "more": window.more,
            "read_up_to": window.read_up_to,
        }

    async def _mark(self, data: ReadData) -> dict[str, Any]:
        """Notes how far the agent has read."""
        await self._mine(data.contact_id, Access.WHISPER)
        case = await reading.case_of(self._parts.database, self._workspace, data.contact_id)
        up_to_seq = await self._parts.read_marks.mark(
            self._workspace, case, f"agent:{self._agent}", data.up_to_seq, contact=data.contact_id
        )
        return {"contact_id": data.contact_id, "up_to_seq": up_to_seq}

    async def _typing(self, contact: str) -> dict[str, Any]:
        """Tells the others in the conversation that the agent is writing, unless it was just told.

        Raises ConversationOver: what would be written is refused.
        """
        if (await self._mine(contact)).state is ContactState.WRAPPING_UP:
            raise ConversationOver(OVER)
        now = time.monotonic()
        typist = Typist(contact, "agent", to_ms(utc_now()) + LIFE_S * 1000, self._agent)
        if now - self._typed.get(contact, -TYPING_EVERY_S) >= TYPING_EVERY_S:
            self._typed = {one: at for one, at in self._typed.items() if now - at < TYPING_EVERY_S} | {contact: now}
            await self._parts.engine.types(self._workspace, typist)
        return {"contact_id": contact, "until": moment(from_ms(typist.until))}

    async def _send_again(self, message_id: str) -> dict[str, Any]:
        """Has a message sent again that has failed. Raises WrongState."""
        found = await reading.some(self._parts.database, self._workspace, [message_id])
        contact = found[message_id]["contact_id"] if message_id in found else ""
        await self._mine(contact)
        delivery = await self._parts.outbox.send_again(self._workspace, message_id)
        return {"contact_id": contact, "message_id": message_id, "delivery": delivery}

    async def _redact(self, data: RedactData) -> dict[str, Any]:
        """Takes a message's words away. Raises NotTheAuthor."""
        found = await self._written(data.message_id)
        actor = Actor(self._workspace, ActorKind.AGENT, self._agent, self._agent)
        contact, after = found.message["contact_id"], {"message": data.message_id}
        redacted = await self._parts.changes.redact(
            self._workspace,
            found,
            data.why,
            self._author,
            lambda session: audited(session, actor, "message.redacted", contact, after=after, reason=data.why),
        )
        return {"message": redacted}

    async def _move(self, data: ModalityData) -> dict[str, Any]:
        """Takes a conversation to a private chat, or back; what is only posted, as the one who may take it first.

        `asked`: its customer is asked about the summary first, and it stays where it is.

        Raises as `Modalities.take_private` and `go_back` do.
        """
        posted = data.to is Modality.ONE_TO_ONE and await self._posted(data.contact_id)
        if not posted:
            await self._mine(data.contact_id)
        actor = Actor(self._workspace, ActorKind.AGENT, self._agent, self._agent)
        await move(self._parts, actor, data.contact_id, data, first=self._agent if posted else None)
        summaries = self._parts.modalities.summaries
        asked = await summaries.last(self._workspace, data.contact_id) if data.summary else None
        waits = asked is not None and asked.state is SummaryState.WAITING
        modality = Modality.ONE_TO_ONE if waits else data.to
        return {"contact_id": data.contact_id, "modality": modality, "asked": summary_data(asked) if asked else None}

    async def _posted(self, contact: str) -> bool:
        """Returns whether everybody can read the contact's post, and nobody serves it."""
        live = await self._parts.engine.contact(self._workspace, contact)
        return live is not None and live.state is ContactState.POSTED

    async def _draft(self, contact: str) -> dict[str, Any]:
        """Returns a first draft of a summary for the public. Raises StaysPrivate."""
        await self._mine(contact)
        return {"contact_id": contact, "text": await self._parts.modalities.draft(self._workspace, contact)}

    async def _asked(self, contact: str) -> dict[str, Any]:
        """Returns the summary about which the customer was asked last."""
        await self._mine(contact)
        asked = await self._parts.modalities.summaries.last(self._workspace, contact)
        return {"contact_id": contact, "asked": summary_data(asked) if asked else None}

    async def _written(self, message_id: str) -> Found:
        """Returns a message of a conversation in which the agent may write, or whisper. Raises NotYourContact."""
        try:
            found = await self._parts.changes.find(self._workspace, message_id)
        except NotFound:
            raise NotYourContact from None
        await self._mine(found.message["contact_id"], Access.WHISPER if found.message["to_agent"] else Access.WRITE)
        return found

    @property
    def _author(self) -> Author:
        return Author(f"agent:{self._agent}", agent=self._agent)

    async def _mine(self, contact: str, needed: Access = Access.WRITE) -> LiveContact:
        """Returns a contact in whose conversation the agent may do what is needed. Raises NotYourContact."""
        live = await self._parts.engine.contact(self._workspace, contact) if contact else None
        if live is None or who_may(live, self._agent) < needed:
            raise NotYourContact
        return live
