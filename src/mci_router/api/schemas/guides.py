"""Schemas of a contact's guides: steps, and what agents have answered."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.vocabulary import GuideKind, GuidePhase, StepAnswer


class StepAnswered(Answer):
    """An answer to a step of a guide, with the version that it answers."""

    guide: str
    step: str
    version: int
    title: Annotated[str, Field(description="What the step was called then.")]
    answer: Annotated[str, Field(description="`done`, one of the choices, or a short text, masked.")]
    agent: str
    at: Annotated[str, Field(description="RFC 3339, UTC.")]


class GuideStepOut(Answer):
    """A step as it is now, and the latest answer to it; its `version` may be an earlier one."""

    name: str
    title: str
    text: str
    phase: GuidePhase | None
    answer: StepAnswer
    choices: list[str]
    answered: StepAnswered | None


class ContactGuide(Answer):
    """A guide as it is now. `earlier` are answers to earlier versions of it."""

    id: str
    name: str
    title: str
    kind: GuideKind
    version: int
    steps: list[GuideStepOut]
    earlier: list[StepAnswered]


class HandoffBegun(Answer):
    """What a handoff begins with: what was answered, one a line; empty where nothing goes there."""

    expectation: str
    tried: str
    next_steps: str


class ContactGuides(Answer):
    """The guides for a contact, and what its agents have found out.

    `earlier` are answers to guides that are gone, or not for its topic.
    """

    guides: list[ContactGuide]
    earlier: list[StepAnswered]
    handoff: HandoffBegun
