"""`mci-router triage`: measures triage on labelled texts, and finds what is wrong with examples. Needs no server."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mci_router.classifier import report
from mci_router.classifier.encoder import Encoder, configured_encoder
from mci_router.classifier.evaluation import SENSITIVE_FROM, Evaluation, cross_predictions, predictions, summed_up
from mci_router.classifier.fitting import train
from mci_router.classifier.labelled import Labelled, UnreadableTexts, read_csv
from mci_router.classifier.lint import lint
from mci_router.classifier.topics import TopicClassifier
from mci_router.cli.common import settings_of_environment
from mci_router.configuration import workspace_file
from mci_router.configuration.workspace_file import BadFile
from mci_router.values import value

WORKSPACE_FILES = (".yaml", ".yml")


class EvaluationFailed(Exception):
    """Triage was not measured. The message says why, in one line."""


@value
class Material:
    """Training material: examples by topic, the sensitive topics, and the sum of their probabilities that makes a text
    sensitive.
    """

    examples: Mapping[str, Sequence[str]]
    sensitive: frozenset[str] = frozenset()
    threshold: float = SENSITIVE_FROM


def evaluate(
    file: Path, learn_from: Path | None, sensitive: Sequence[str], plot: Path | None, encoder: Encoder | None
) -> list[str]:
    """Returns the lines to print. Without `learn_from` each fifth of the file's texts is judged by a model of the rest.

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
    """Returns what is wrong with the examples of a workspace file, one finding a line. Raises EvaluationFailed."""
    try:
        findings = lint(_material(file, ()).examples)
    except (UnreadableTexts, BadFile) as error:
        raise EvaluationFailed(str(error)) from error
    return [f"{', '.join(finding.topics)}: {finding.problem}" for finding in findings]


def _judged(
    labelled: Sequence[Labelled], material: Material | None, sensitive: Sequence[str], encoder: Encoder | None
) -> tuple[Evaluation, TopicClassifier]:
    """Returns the figures, and the model of all there is to learn from."""
    if material is None:
        examples = _by_topic(labelled)
        foreign = [pair for pair in labelled if pair.label is None]
        model = train(examples, encoder=encoder)
        found = cross_predictions(examples, encoder=encoder, sensitive=sensitive) + predictions(
            model, foreign, sensitive=sensitive
        )
        return summed_up(found, sensitive), model
    model = train(material.examples, encoder=encoder)
    found = predictions(model, labelled, sensitive=material.sensitive, threshold=material.threshold)
    return summed_up(found, material.sensitive), model


def _material(file: Path, sensitive: Sequence[str]) -> Material:
    """Reads training material from a workspace file or labelled texts. Raises BadFile, UnreadableTexts."""
    if file.suffix not in WORKSPACE_FILES:
        return Material(_by_topic(read_csv(file)), frozenset(sensitive))
    document = workspace_file.read(file)
    named = frozenset(sensitive) or frozenset(topic.name for topic in document.topics if topic.sensitive)
    return Material(
        {topic.name: topic.examples for topic in document.topics}, named, document.workspace.sensitive_threshold
    )


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


@click.group()
def command() -> None:
    """Measure triage, and the examples that it learns from. Needs no server."""


@command.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--train",
    "learn_from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What to learn from: a workspace file, or labelled texts. "
    "Left out: FILE itself, each fifth judged by a model of the rest.",
)
@click.option(
    "--sensitive", multiple=True, help="A sensitive topic; several may be given. Left out: those of the workspace file."
)
@click.option(
    "--plot", type=click.Path(path_type=Path), help="Draw calibration and confusion as PNG; needs the extra `plot`."
)
def triage_eval(file: Path, learn_from: Path | None, sensitive: tuple[str, ...], plot: Path | None) -> None:
    """Say how good triage is on the labelled texts of FILE, a CSV of text and topic; an empty topic, or `oos`, is out
    of scope.
    """
    try:
        lines = evaluate(file, learn_from, sensitive, plot, configured_encoder(settings_of_environment()))
    except EvaluationFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(lines))


@command.command("lint")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def triage_lint(file: Path) -> None:
    """Say what is wrong with the examples of a workspace file: duplicates, thin topics, examples too long."""
    try:
        found = lint_workspace(file)
    except EvaluationFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(found) or "Nothing to mend.")
