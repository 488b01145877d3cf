"""Frames of the agent socket about conversations: what an agent writes and reads, and that it is writing."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from mci_router.api.schemas.answer_frames import UsedAnswer
from mci_router.api.schemas.attachments import Files
from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId, FrameId
from mci_router.api.schemas.messages import MessageId, MessageText, SenderKey, TextOrFiles, Why, readable
from mci_router.api.schemas.transfers import ModalityMove
from mci_router.conversations.reading import MOST
from mci_router.specs.base import Name
from mci_router.vocabulary import MessageKind, Visibility

Seq = Annotated[int, Field(ge=0, le=2**53)]


class MessageData(Body):
    """What the agent writes, into which contact's conversation."""

    contact_id: ContactId
    client_id: Annotated[SenderKey, Field(description="The desk's own id of the message: with it, it is written once.")]
    kind: Annotated[
        Literal[MessageKind.AGENT, MessageKind.NOTE],
        Field(description="`agent`: to the customer. `note`: for colleagues; nothing can send it."),
    ]
    attachments: Files = []
    text: TextOrFiles = ""
    visibility: Annotated[
        Visibility | None,
        Field(description="Null: as the contact is. `public` only where the customer wrote in public."),
    ] = None
    in_reply_to: Annotated[MessageId | None, Field(description="A message of the same case.")] = None
    to_agent: Annotated[Name | None, Field(description="A note to this agent alone, who has the contact, too.")] = None
    answers: Annotated[
        list[UsedAnswer], Field(max_length=20, description="Written answers that were inserted into it.")
    ] = []

    _readable = field_validator("text")(readable)

    @model_validator(mode="after")
    def whispers_are_notes(self) -> Self:
        if self.to_agent and self.kind is not MessageKind.NOTE:
            raise ValueError("has `to_agent`, so its kind must be note")
        return self


class SendMessage(Body):
    """The agent writes to the customer, or a note for colleagues."""

    type: Literal["message.send"]
    id: FrameId
    data: MessageData


class WindowData(Body):
    """The contact whose case to read; after a number, or the last messages, if wanted before a number."""

    contact_id: ContactId
    after_seq: Seq | None = None
    before_seq: Annotated[int, Field(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST


class ReadConversation(Body):
    """Reads messages of the contact's case, over all its contacts."""

    type: Literal["conversation.read"]
    id: FrameId
    data: WindowData


class ReadData(Body):
    """How far the agent has read the contact's case."""

    contact_id: ContactId
    up_to_seq: Seq


class MarkRead(Body):
    """The agent has read the conversation up to a message."""

    type: Literal["message.read"]
    id: FrameId
    data: ReadData


class TypingData(Body):
    """The contact in whose conversation the agent is writing."""

    contact_id: ContactId


class SayTyping(Body):
    """The agent is writing: told again every few seconds while that is so."""

    type: Literal["typing"]
    id: FrameId
    data: TypingData


class AgainData(Body):
    """The message that has failed."""

    message_id: MessageId


class SendAgain(Body):
    """The agent has a message that has failed sent again."""

    type: Literal["message.send_again"]
    id: FrameId
    data: AgainData


class EditData(Body):
    """A message of the agent's own, and what it says from now on."""

    message_id: MessageId
    text: MessageText


class EditMessage(Body):
    """The agent changes what it wrote. What it said before is kept."""

    type: Literal["message.edit"]
    id: FrameId
    data: EditData


class RedactData(Body):
    """A message of the agent's own or of the customer's, and why its words are taken away."""

    message_id: MessageId
    why: Why


class RedactMessage(Body):
    """The agent takes a message's words away, for good."""

    type: Literal["message.redact"]
    id: FrameId
    data: RedactData


class ModalityData(ModalityMove):
    """The contact whose conversation to take there."""

    contact_id: ContactId


class ChangeModality(Body):
    """The agent takes a conversation that began in public to a private chat, or back."""

    type: Literal["contact.modality"]
    id: FrameId
    data: ModalityData


class DraftData(Body):
    """The contact whose conversation to sum up."""

    contact_id: ContactId


class DraftSummary(Body):
    """The agent asks for a first draft of what to show in public of a private conversation."""

    type: Literal["summary.draft"]
    id: FrameId
    data: DraftData


class ReadSummary(Body):
    """The agent asks what the customer says to the summary about which they were asked last."""

    type: Literal["summary.read"]
    id: FrameId
    data: DraftData


MessageCommand: TypeAlias = (
    SendMessage
    | ReadConversation
    | MarkRead
    | SayTyping
    | SendAgain
    | EditMessage
    | RedactMessage
    | ChangeModality
    | DraftSummary
    | ReadSummary
)
"""What an agent does in conversations."""
