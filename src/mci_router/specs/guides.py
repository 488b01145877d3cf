"""Guides: what an agent does about a topic, step by step, beside the conversation."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Reference, Spec, Text, refers
from mci_router.vocabulary import GuideKind, GuidePhase, StepAnswer

HandoffField = Literal["expectation", "tried", "next_steps"]

TOLD_BY_PHASE: dict[GuidePhase, HandoffField] = {
    GuidePhase.ACKNOWLEDGE: "expectation",
    GuidePhase.VALIDATE: "tried",
    GuidePhase.ISOLATE: "tried",
    GuidePhase.PROPOSE: "next_steps",
    GuidePhase.CONFIRM: "next_steps",
}
MOST_STEPS, MOST_CHOICES = 30, 20
LONGEST_ANSWER = 500


class GuideStep(Spec):
    """One step: what the agent does or finds out, and how that is answered."""

    name: Name
    title: Text
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=2_000),
        Field(description="What to say, to ask or to look at.", examples=["Ask which lamps of the router are on."]),
    ] = ""
    phase: Annotated[GuidePhase | None, Field(description="What it is for. Null: not one of these.")] = None
    answer: Annotated[StepAnswer, Field(description="How it is answered.")] = StepAnswer.DONE
    choices: Annotated[
        list[Text],
        Field(max_length=MOST_CHOICES, description="Of `choice`: what there is to choose from."),
    ] = []
    handoff: Annotated[
        HandoffField | None,
        Field(
            description="Where its answer goes in the handoff of an escalation or transfer. Left out: by its phase; "
            "`acknowledge` is `expectation`, `propose` and `confirm` are `next_steps`, everything else is `tried`."
        ),
    ] = None

    @model_validator(mode="after")
    def has_what_there_is_to_choose(self) -> Self:
        """Raises ValueError for choices where there are none to make, or too few or twice the same to choose from."""
        if self.answer is not StepAnswer.CHOICE and self.choices:
            raise ValueError(f"has choices, but is answered by {self.answer}")
        if self.answer is StepAnswer.CHOICE and len(set(self.choices)) < max(2, len(self.choices)):
            raise ValueError("needs at least two choices, each of them once")
        return self

    @property
    def goes_to(self) -> HandoffField:
        """The field of a handoff that its answer goes to."""
        return self.handoff or (TOLD_BY_PHASE[self.phase] if self.phase else "tried")


class GuideSpec(Spec):
    """A guide: the desk shows it for contacts of its topics."""

    name: Name
    title: Text
    topics: Annotated[
        list[Name], Field(max_length=100, description="For contacts of these topics. Empty: of every topic, or none.")
    ] = []
    kind: GuideKind = GuideKind.STEPS
    steps: Annotated[list[GuideStep], Field(min_length=1, max_length=MOST_STEPS)]
    position: Annotated[int, Field(ge=0, le=10_000, description="Order in which desks list them.")] = 100

    @model_validator(mode="after")
    def every_step_has_its_own_name(self) -> Self:
        """Raises ValueError for two steps of one name."""
        names = [step.name for step in self.steps]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"has two steps named {twice}")
        return self

    def references(self) -> Iterator[Reference]:
        for place, topic in enumerate(self.topics):
            yield from refers("topic", topic, "topics", place)

    def step(self, name: str) -> GuideStep | None:
        """Returns the step of that name."""
        return next((step for step in self.steps if step.name == name), None)
