"""Frames of the agent socket about guides: read, and answered step by step."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId, FrameId
from mci_router.specs.base import Name
from mci_router.specs.guides import LONGEST_ANSWER


class ReadGuideData(Body):
    """The contact."""

    contact_id: ContactId


class ReadGuide(Body):
    """Reads the guides for a contact, with what was answered, and the handoff that follows from that."""

    type: Literal["guide.read"]
    id: FrameId
    data: ReadGuideData


class AnswerStepData(ReadGuideData):
    """The step, and how it is answered."""

    guide: Name
    step: Name
    version: Annotated[int, Field(ge=1, description="Of the guide, as it was read.")]
    answer: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ANSWER)] | None,
        Field(description="`done`, one of the choices, or a short text; null takes the answer back."),
    ]


class AnswerStep(Body):
    """The agent answers a step, or takes the answer back."""

    type: Literal["guide.answer"]
    id: FrameId
    data: AnswerStepData


GuideCommand: TypeAlias = ReadGuide | AnswerStep
"""What an agent does with guides."""
