"""What `mci-router triage` does: measures triage on labelled texts, and finds what is wrong with examples. Needs no server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mci_router.configuration import workspace_file
from mci_router.configuration.workspace_file import BadFile
from mci_router.triage import report
from mci_router.triage.classifier import TopicClassifier, train
from mci_router.triage.encoder import Encoder
from mci_router.triage.evaluation import SENSITIVE_FROM, Evaluation, answers, cross_answers, summed_up
from mci_router.triage.labelled import Labelled, UnreadableTexts, read_csv
from mci_router.triage.lint import lint

WORKSPACE_FILES = (".yaml", ".yml")


class EvaluationFailed(Exception):
    """Triage was not measured: why, in one line."""


@dataclass(frozen=True, slots=True)
class Material:
    """What to learn from: examples by topic, the sensitive topics, and from which sum of their probabilities on a text is sensitive."""

    examples: Mapping[str, Sequence[str]]
    sensitive: frozenset[str] = frozenset()
    threshold: float = SENSITIVE_FROM


def evaluate(file: Path, learn_from: Path | None, sensitive: Sequence[str], plot: Path | None, encoder: Encoder | None) -> list[str]:
    """Lines to print. Without `learn_from` each fifth of the file's own texts is judged by a model of the rest.

    Raises EvaluationFailed.
    """
    try:
        labelled = read_csv(file)
        found, model = _judged(labelled, _material(learn_from, sensitive) if learn_from else None, sensitive, encoder)
    except (UnreadableTexts, BadFile) as error:
        raise EvaluationFailed(str(error)) from error
    if plot:
        _plot(found, plot)
    return [*report.lines(found), *report.curves(model.learnt)]


def lint_workspace(file: Path) -> list[str]:
    """What is wrong with the examples of a workspace file, one finding a line. Raises EvaluationFailed."""
    try:
        findings = lint(_material(file, ()).examples)
    except BadFile as error:
        raise EvaluationFailed(str(error)) from error
    return [f"{', '.join(finding.topics)}: {finding.problem}" for finding in findings]


def _judged(
    labelled: Sequence[Labelled], material: Material | None, sensitive: Sequence[str], encoder: Encoder | None
) -> tuple[Evaluation, TopicClassifier]:
    """The figures, and the model of all there is to learn from."""
    if material is None:
        examples = _by_topic(labelled)
        foreign = [pair for pair in labelled if pair.label is None]
        model = train(examples, encoder=encoder)
        found = cross_answers(examples, encoder=encoder, sensitive=sensitive) + answers(model, foreign, sensitive=sensitive)
        return summed_up(found, sensitive), model
    model = train(material.examples, encoder=encoder)
    found = answers(model, labelled, sensitive=material.sensitive, threshold=material.threshold)
    return summed_up(found, material.sensitive), model


def _material(file: Path, sensitive: Sequence[str]) -> Material:
    """Raises BadFile, UnreadableTexts."""
    if file.suffix not in WORKSPACE_FILES:
        return Material(_by_topic(read_csv(file)), frozenset(sensitive))
    document = workspace_file.read(file)
    named = frozenset(sensitive) or frozenset(topic.name for topic in document.topics if topic.sensitive)
    return Material({topic.name: topic.examples for topic in document.topics}, named, document.workspace.sensitive_threshold)


def _by_topic(labelled: Sequence[Labelled]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text, label in labelled:
        if label is not None:
            found.setdefault(label, []).append(text)
    return found


def _plot(found: Evaluation, path: Path) -> None:
    try:
        report.plot(found, path)
    except ImportError as error:
        raise EvaluationFailed("--plot needs matplotlib: install mci-router[plot]") from error
    except (OSError, ValueError) as error:
        raise EvaluationFailed(f"{path} cannot be written: {error}") from error
