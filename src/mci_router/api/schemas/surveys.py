"""Answers to surveys."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.surveys.answers import LONGEST_COMMENT
from mci_router.vocabulary import Cell, Channel, SurveyKind, SurveyWay

ContactId = Annotated[str, StringConstraints(pattern=r"^con_[0-9a-f]{32}$")]


class SurveyAnswerIn(Body):
    """What a customer chose on the channel."""

    contact_id: Annotated[ContactId, Field(description="The `contact` of the message that asked.")]
    score: Annotated[int, Field(ge=0, le=10, description="Of the survey's scale: 1 to 5, 1 to 7, or 0 to 10.")]
    comment: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, max_length=LONGEST_COMMENT),
        Field(description="What they wrote beside it. Left out: what they wrote before stays."),
    ] = None


class SurveyAnswered(Answer):
    """The answer that counts now."""

    contact_id: str
    survey: str
    kind: SurveyKind
    score: int
    expires_at: Annotated[Moment, Field(description="Until when it can be changed.")]


class SurveyAnswerOut(Answer):
    """An answer to a survey, and what it is counted by."""

    contact_id: str
    survey: str
    kind: SurveyKind
    score: int
    comment: Annotated[str, Field(description="Masked as all that customers write.")]
    way: SurveyWay
    at: Moment
    changed_at: Moment
    changes: Annotated[int, Field(description="How often it was changed.")]
    queue: str | None
    agent: Annotated[str | None, Field(description="Who completed the contact.")]
    topic: str | None
    channel: Channel
    cell: Cell
    follow_up: Annotated[str | None, Field(description="The task that a low score has led to.")]


class SurveyAnswers(Answer):
    """A page of answers."""

    items: list[SurveyAnswerOut]
    next_cursor: str | None = None
