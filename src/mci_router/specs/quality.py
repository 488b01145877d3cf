"""Quality forms: what is looked at in a sampled conversation, and what each of it weighs."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Spec, Text
from mci_router.vocabulary import QuestionKind

MOST_SECTIONS, MOST_QUESTIONS = 10, 60


class QualityQuestion(Spec):
    """Something that a reviewer answers about a conversation."""

    name: Name
    title: Text
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=1_000),
        Field(description="What counts as what.", examples=["Yes: before anything about the account was said."]),
    ] = ""
    kind: QuestionKind = QuestionKind.YES_NO
    steps: Annotated[int, Field(ge=2, le=10, description="Of `scale`: the best step; 1 is the worst.")] = 5
    weight: Annotated[float, Field(gt=0, le=100, description="Of it in the score; `text` has none.")] = 1
    fatal: Annotated[bool, Field(description="Of `yes_no`: a no makes the score 0.")] = False
    may_be_left_out: Annotated[
        bool, Field(description="It may not apply to a conversation: then it weighs nothing there.")
    ] = False

    @model_validator(mode="after")
    def fatal_is_yes_or_no(self) -> Self:
        """Raises ValueError for a fatal question that is not answered by yes or no."""
        if self.fatal and self.kind is not QuestionKind.YES_NO:
            raise ValueError("is fatal, so it must be answered by yes or no")
        return self


class QualitySection(Spec):
    """Questions that belong together."""

    title: Text
    questions: Annotated[list[QualityQuestion], Field(min_length=1, max_length=MOST_QUESTIONS)]


class QualityFormSpec(Spec):
    """A quality form: filled in for a conversation, it gives a score from 0 to 1."""

    name: Name
    title: Text
    sections: Annotated[list[QualitySection], Field(min_length=1, max_length=MOST_SECTIONS)]

    @model_validator(mode="after")
    def gives_a_score(self) -> Self:
        """Raises ValueError for two questions of one name, for too many, and where nothing counts."""
        names = [question.name for question in self.questions()]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"has two questions named {twice}")
        if len(names) > MOST_QUESTIONS:
            raise ValueError(f"has {len(names)} questions: {MOST_QUESTIONS} are the most")
        if all(question.kind is QuestionKind.TEXT for question in self.questions()):
            raise ValueError("has only questions of the kind text: nothing would give a score")
        return self

    def questions(self) -> Iterator[QualityQuestion]:
        """Yields the questions, in the order in which they are asked."""
        for section in self.sections:
            yield from section.questions
