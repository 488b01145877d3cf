"""Frames of the agent socket about written answers: suggested, searched, inserted and saved."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId, FrameId
from mci_router.api.schemas.messages import MessageId
from mci_router.api.schemas.transfers import says_something
from mci_router.specs.articles import Shortcut
from mci_router.specs.base import Name, Text
from mci_router.vocabulary import AnswerKind, AnswerUse

IncidentId = Annotated[str, StringConstraints(pattern=r"^inc_[0-9a-f]{32}$")]
SharedText = Annotated[str, StringConstraints(min_length=1, max_length=2_000), AfterValidator(says_something)]
UseId = Annotated[str, StringConstraints(pattern=r"^ina_[0-9a-f]{32}$")]


class UsedAnswer(Body):
    """An answer that was inserted into the message, and what became of it until it was sent."""

    use_id: UseId
    outcome: Annotated[
        Literal[AnswerUse.HELPED, AnswerUse.EDITED, AnswerUse.DISCARDED],
        Field(description="It is in the message as it was, changed, or not any more."),
    ]


class SuggestData(Body):
    """The contact."""

    contact_id: ContactId


class SuggestAnswers(Body):
    """Lists written answers that fit what the contact's customer said last."""

    type: Literal["answers.suggest"]
    id: FrameId
    data: SuggestData


class SearchData(Body):
    """The words, and the contact whose customer is to read it; null: none."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    contact_id: ContactId | None = None
    finished: Annotated[bool, Field(description="The words are complete: what is not found is counted as a gap.")] = (
        False
    )


class SearchAnswers(Body):
    """Searches written answers; the last word may be half typed."""

    type: Literal["answers.search"]
    id: FrameId
    data: SearchData


class InsertData(Body):
    """The answer, by its name or the shortcut of a canned one, and what it is inserted into."""

    contact_id: ContactId
    kind: AnswerKind = AnswerKind.CANNED
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")] | None = None
    shortcut: Shortcut | None = None
    into: Annotated[
        Literal["reply", "public", "note"],
        Field(description="A private reply, a public one, or a note: not every answer is for all readers."),
    ] = "reply"

    @model_validator(mode="after")
    def one_answer(self) -> Self:
        if (self.name is None) is (self.shortcut is None):
            raise ValueError("names the answer by `name` or by `shortcut`: one of them")
        if self.shortcut is not None and self.kind is not AnswerKind.CANNED:
            raise ValueError("has a shortcut, which only canned answers have")
        return self


class InsertAnswer(Body):
    """The agent inserts an answer into what is being written: it is counted, and nothing is sent."""

    type: Literal["answers.insert"]
    id: FrameId
    data: InsertData


class SaveData(Body):
    """The agent's message, and what it answers."""

    message_id: MessageId
    title: Text
    topic: Annotated[Name | None, Field(description="Null: the contact's.")] = None
    text: Annotated[
        SharedText | None,
        Field(description="The agent's wording for everybody. Null: the message, with what reveals somebody masked."),
    ] = None


class SaveAnswer(Body):
    """Saves what the agent wrote as the draft of an article, without what reveals the customer."""

    type: Literal["answers.save"]
    id: FrameId
    data: SaveData


class ListOpenIncidents(Body):
    """Lists the incidents whose subscribers the agent may tell something."""

    type: Literal["incidents.open"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


class InformData(Body):
    """The agent's message, the incident, and the wording for its subscribers."""

    message_id: MessageId
    incident_id: IncidentId
    text: SharedText


class InformSubscribers(Body):
    """Tells an incident's subscribers what one customer was answered."""

    type: Literal["answers.inform"]
    id: FrameId
    data: InformData


AnswerCommand: TypeAlias = (
    SuggestAnswers | SearchAnswers | InsertAnswer | SaveAnswer | ListOpenIncidents | InformSubscribers
)
"""What an agent does with written answers."""
