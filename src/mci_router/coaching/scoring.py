"""Scoring: what the answers to a quality form come to. Pure."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from mci_router.specs.quality import QualityFormSpec, QualityQuestion
from mci_router.values import value
from mci_router.vocabulary import QuestionKind

LONGEST_ANSWER = 1_000

Answer: TypeAlias = bool | int | str | None
"""Yes or no, a step, a text; None where the question does not apply."""


class AnswersRefused(ValueError):
    """Answers do not fit the form: `faults` has what is wrong, by the name of the question."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(f"{name} {fault}" for name, fault in faults.items()))


@value
class Scored:
    """A form filled in: the `score` in [0, 1], the fatal questions that were `failed`, and each question with its
    answer, so that it can be read when the form has changed.
    """

    score: float
    failed: list[str]
    answers: list[dict[str, Any]]


def scored(form: QualityFormSpec, answers: Mapping[str, Answer]) -> Scored:
    """Returns the score: the mean of the answers by their weights, what does not apply left out; 0 if a fatal question
    was answered by no. Raises AnswersRefused.
    """
    faults = dict(_faults(form, answers))
    if faults:
        raise AnswersRefused(faults)
    points = [
        (question.weight, _points(question, answer))
        for question in form.questions()
        if question.kind is not QuestionKind.TEXT and (answer := answers.get(question.name)) is not None
    ]
    if not points:
        raise AnswersRefused({"answers": "leave out all that counts: at least one has to apply"})
    failed = [question.name for question in form.questions() if question.fatal and answers.get(question.name) is False]
    mean = sum(weight * of_it for weight, of_it in points) / sum(weight for weight, _ in points)
    return Scored(0.0 if failed else round(mean, 4), failed, _kept(form, answers))


def _points(question: QualityQuestion, answer: Any) -> float:
    """Returns what an answer is worth, from 0 to 1."""
    return float(answer) if question.kind is QuestionKind.YES_NO else (int(answer) - 1) / (question.steps - 1)


def _faults(form: QualityFormSpec, answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    known = {question.name: question for question in form.questions()}
    faults = [(name, "is no question of this form") for name in answers if name not in known]
    for name, question in known.items():
        if fault := _fault(question, answers.get(name)):
            faults.append((name, fault))
    return faults


def _fault(question: QualityQuestion, answer: Answer) -> str | None:
    if answer is None:
        left_out = question.may_be_left_out or question.kind is QuestionKind.TEXT
        return None if left_out else "has to be answered"
    match question.kind:
        case QuestionKind.YES_NO:
            return None if isinstance(answer, bool) else "is answered by true or false"
        case QuestionKind.SCALE:
            step = isinstance(answer, int) and not isinstance(answer, bool) and 1 <= answer <= question.steps
            return None if step else f"is answered by a step from 1 to {question.steps}"
        case QuestionKind.TEXT:
            short = isinstance(answer, str) and len(answer) <= LONGEST_ANSWER
            return None if short else f"is answered by a text of up to {LONGEST_ANSWER} characters"


def _kept(form: QualityFormSpec, answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    names = {"name", "title", "kind", "steps", "weight", "fatal"}
    return [
        {
            "section": section.title,
            **question.model_dump(mode="json", include=names),
            "answer": answers.get(question.name),
        }
        for section in form.sections
        for question in section.questions
    ]
