"""Frames of the customer socket `mci.customer.v1` from the customer: `{type, id, data}`.

`asyncapi-customer.yaml` describes the frames that the customer gets.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter, field_validator, model_validator

from mci_router.api.schemas.attachments import Files
from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId
from mci_router.api.schemas.messages import readable
from mci_router.lazy_schemas import WHEN_USED

FrameId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    Field(description="The client's own id of the frame; the ack has it, too."),
]
CaseId = Annotated[str, StringConstraints(pattern=r"^cas_[0-9a-f]{32}$")]
Seq = Annotated[int, Field(ge=0, le=9_007_199_254_740_991)]
Fact = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
MOST_READ = 200


class PageContext(Body):
    """Where in the product the customer is: it goes to the contact's `context`, and to the agent."""

    product: Fact | None = None
    screen: Fact | None = None
    error_code: Fact | None = None


class MessageData(Body):
    """What the customer writes. Without `contact_id` it goes to the open chat, or begins one; `new` begins another."""

    client_id: Annotated[
        str,
        StringConstraints(min_length=1, max_length=64),
        Field(description="The client's own id of the message: sent again with it, it is one message."),
    ]
    attachments: Files = []
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=8_000),
        Field(description="May be empty beside files.", validate_default=True),
    ] = ""
    contact_id: ContactId | None = None
    new: bool = False
    context: PageContext = PageContext()

    _readable = field_validator("text")(readable)

    @model_validator(mode="after")
    def one_place(self) -> Self:
        if self.new and self.contact_id:
            raise ValueError("has `new` and a contact_id: what is said in a contact begins nothing")
        return self


class SendMessage(Body):
    """The customer writes."""

    type: Literal["message.send"]
    id: FrameId
    data: MessageData


class ReadData(Body):
    """Which messages to read; without `case_id` those of the case with the latest contact."""

    case_id: CaseId | None = None
    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_READ)] = 50


class ReadMessages(Body):
    """Reads messages of a case, the newest unless it says after or before which."""

    type: Literal["messages.read"]
    id: FrameId
    data: ReadData = ReadData()


class SeenData(Body):
    """The case, and the message up to which the customer has read."""

    case_id: CaseId
    up_to_seq: Seq


class SeeMessages(Body):
    """The customer has read."""

    type: Literal["message.read"]
    id: FrameId
    data: SeenData


class ContactData(Body):
    """The contact that is meant."""

    contact_id: ContactId


class Typing(Body):
    """The customer types. It holds for six seconds."""

    type: Literal["typing"]
    id: FrameId
    data: ContactData


class RungData(ContactData):
    """The contact whose answer is meant; with `rung`, the answer of that rung of its ladder."""

    rung: Annotated[int, Field(ge=0, le=100)] | None = None


class Helped(Body):
    """The answer helped: the contact is resolved."""

    type: Literal["answer.helped"]
    id: FrameId
    data: ContactData


class NotHelped(Body):
    """The answer did not help: the contact goes to its next rung."""

    type: Literal["answer.not_helped"]
    id: FrameId
    data: RungData


class PersonPlease(Body):
    """The customer wants a person: the contact goes on until an agent serves it."""

    type: Literal["person.please"]
    id: FrameId
    data: ContactData


class ConsentData(ContactData):
    """Whether the draft that the customer was shown may be posted."""

    agreed: bool


class GiveConsent(Body):
    """The customer answers whether the draft may be posted."""

    type: Literal["consent"]
    id: FrameId
    data: ConsentData


class SummaryAnswerData(ContactData):
    """Whether the summary that the customer was shown may be posted."""

    summary_id: Annotated[str, Field(pattern="^sco_[0-9a-f]{32}$")]
    agree: bool


class AnswerSummary(Body):
    """The customer answers whether a summary of the private conversation may be shown in public."""

    type: Literal["summary.answer"]
    id: FrameId
    data: SummaryAnswerData


class SurveyAnswerData(ContactData):
    """What the customer answers to the survey of the contact: a score of its scale, and words, if any."""

    score: Annotated[int, Field(ge=0, le=10)]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] | None = None


class AnswerSurvey(Body):
    """The customer answers a survey, or changes the answer."""

    type: Literal["survey.answer"]
    id: FrameId
    data: SurveyAnswerData


class EndConversation(Body):
    """The customer ends the conversation."""

    type: Literal["conversation.end"]
    id: FrameId
    data: ContactData


class ResumeData(Body):
    """The cases, each with the `seq` of the last message that the client has."""

    cases: Annotated[dict[CaseId, Seq], Field(max_length=100)]


class Resume(Body):
    """Asks for the messages that the client has missed."""

    type: Literal["resume"]
    id: FrameId
    data: ResumeData


class Heartbeat(Body):
    """The customer is still there."""

    type: Literal["heartbeat"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


Frame: TypeAlias = Annotated[
    SendMessage
    | ReadMessages
    | SeeMessages
    | Typing
    | Helped
    | NotHelped
    | PersonPlease
    | GiveConsent
    | AnswerSummary
    | AnswerSurvey
    | EndConversation
    | Resume
    | Heartbeat,
    Field(discriminator="type"),
]
FRAME: TypeAdapter[Frame] = TypeAdapter(Frame, config=WHEN_USED)
