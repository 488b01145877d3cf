"""An evaluation for people: as lines of text, and as a picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mci_router.classifier.calibration import Band, Learnt
from mci_router.classifier.evaluation import Evaluation

WORST_TOPICS = 10


def lines(evaluation: Evaluation) -> list[str]:
    """Returns the lines that `mci-router triage eval` prints."""
    return [
        *_figures(evaluation),
        *_banded(evaluation.bands, "On these texts"),
        *_worst(evaluation),
        *_confusion(evaluation),
    ]


def curves(learnt: Learnt) -> list[str]:
    """Returns lines about a model's confidence, as measured on its own examples."""
    like, new = learnt.curves.get("examples", ()), learnt.curves.get("what_comes", ())
    return [
        *_banded(like, "By the model's own probability, on held-out examples"),
        *_banded(new, "On wordings that no example has, with texts of other trades among them"),
    ]


def _figures(e: Evaluation) -> Iterator[str]:
    yield f"{e.in_scope:,} texts about a topic, {e.out_of_scope:,} out of scope"
    yield ""
    for name, value, said in [
        ("accuracy", e.accuracy, "the likeliest topic is right"),
        ("calibration error", e.ece, "the mean gap of confidence and accuracy (ECE, 15 bins)"),
        ("coverage", e.coverage, "by falling confidence, so much is 95 % right"),
        ("acts", e.act, f"of the texts about a topic, {_percent(e.act_accuracy)} of them right"),
        ("suggests", e.suggest, "of the texts about a topic"),
        ("in scope kept", e.kept, "acts or suggests, of the texts about a topic"),
        ("out-of-scope recall", e.out_of_scope_refused, "of the texts out of scope, a person is asked"),
        ("sensitive recall", e.sensitive_recall, "of the texts about a sensitive topic, taken as sensitive"),
        ("sensitive false alarms", e.sensitive_false_alarms, "of the other texts about a topic, taken as sensitive"),
    ]:
        yield f"{name:<23}{_percent(value):>8}   {said}"


def _banded(bands: Sequence[Band], said: str) -> Iterator[str]:
    if bands:
        yield from ("", f"{said}, right by confidence:")
    for band in bands:
        yield f"  {band.low:.2f} to {band.high:.2f}   {_percent(band.right):>7}  of {band.texts:,}"


def _worst(e: Evaluation) -> Iterator[str]:
    worst = sorted((recall, topic, count) for topic, (recall, count) in e.recalls.items() if recall < 1)[:WORST_TOPICS]
    if worst:
        yield from ("", "Topics worst least:")
    for recall, topic, count in worst:
        yield f"  {_percent(recall):>7}  {topic} ({count:,} {'text' if count == 1 else 'texts'})"


def _confusion(e: Evaluation) -> Iterator[str]:
    if e.confused:
        yield from ("", "Confused most:")
    for label, taken_for, count in e.confused:
        yield f"  {count:>7,}  {label} taken for {taken_for}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def plot(evaluation: Evaluation, path: str | Path) -> None:
    """Draws calibration and the most confused pairs into a file, whose ending chooses the format.

    Raises ImportError without matplotlib.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    sure, hit, texts = zip(*evaluation.reliability, strict=True) if evaluation.reliability else ((), (), ())
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--", linewidth=1)
    left.plot(sure, hit, color="tab:blue", linewidth=1)
    left.scatter(sure, hit, s=[20 + 300 * count / max(texts) for count in texts], color="tab:blue", alpha=0.6)
    left.set(
        title=f"Calibration (ECE {_percent(evaluation.ece)})",
        xlabel="confidence",
        ylabel="right",
        xlim=(0, 1.02),
        ylim=(0, 1.02),
    )
    pairs = list(reversed(evaluation.confused))
    right.barh(
        [f"{label} → {taken_for}" for label, taken_for, _ in pairs], [count for *_, count in pairs], color="tab:orange"
    )
    right.set(title=f"Confused most (accuracy {_percent(evaluation.accuracy)})", xlabel="texts")
    right.tick_params(axis="y", labelsize=7)
    figure.savefig(path, dpi=120)
