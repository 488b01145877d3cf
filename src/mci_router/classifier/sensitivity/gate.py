"""The gate of sensitivity: whether a workspace's own examples may change the model. Pure.

They may only if our examples are recognised as well as before, judged on folds. The model may unlearn a false alarm and
learn a trade's own words, but it may not miss anybody whom it recognised as in danger before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mci_router.classifier.sensitivity.calibrating import HeldOutScore, held_out_scores, worth_of
from mci_router.classifier.sensitivity.examples import HARMLESS, KINDS, ORDINARY, Examples, joined, ours, version_of
from mci_router.classifier.sensitivity.finding import SensitivityThresholds
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import ScoreWorth, SensitivityModel
from mci_router.classifier.sensitivity.shipping import REVISION
from mci_router.classifier.sensitivity.stored import our_model, packed
from mci_router.values import value

RECALL_LOSS, KIND_LOSS, FEWEST_LOST = 0.01, 0.03, 2  # of our examples of danger, of those of a kind, and texts
ALARMS_GAIN = 0.01  # of our harmless examples


@value
class JudgedSensitivityModel:
    """A model as a file, whether it may go live, why, and its report as JSON has it."""

    model: bytes
    passed: bool
    reasons: tuple[str, ...]
    report: dict[str, Any]


def wanted_version(additions: Examples) -> str:
    """Returns the version of the model that a workspace with these additions asks for."""
    return version_of(joined(ours(), additions), REVISION)


def judge(additions: Examples) -> JudgedSensitivityModel:
    """Makes the model of our examples and a workspace's, and compares it with ours. About ten seconds."""
    return judged(ours(), our_model(), additions)


def judged(base: Examples, live: SensitivityModel, additions: Examples) -> JudgedSensitivityModel:
    """Judges like `judge`, for any examples and the model that was learnt from them."""
    examples, own = joined(base, additions), {text for texts in additions.values() for text in texts}
    scored = held_out_scores(examples, kinds=False)
    worth = worth_of(scored)
    theirs = on([example for example in scored if example.text not in own], worth)
    worth = replace(worth, figures={**worth.figures, **{f"{name}_ours": value for name, value in theirs.items()}})
    model = SensitivityModel(version_of(examples, REVISION), fit(count(lessons_of(examples))), worth)
    losses = [*_denied(base, additions), *_lost(base, theirs, live.worth.figures)]
    gains = [
        f"of our examples of danger {_percent(theirs['recall'])} are found, {_percent(live.worth.figures['recall'])} "
        "without yours"
    ]
    return JudgedSensitivityModel(packed(model), not losses, tuple(losses or gains), _report(model, additions, live))


def on(scored: Sequence[HeldOutScore], worth: ScoreWorth) -> dict[str, float]:
    """Returns recall and false alarms on some of the held-out texts."""
    shares = worth.probabilities(np.array([example.score for example in scored]))
    marked = {
        kind: [
            bool(share >= worth.bars.sensitive)
            for example, share in zip(scored, shares, strict=True)
            if example.kind == kind
        ]
        for kind in _ALL
    }
    danger = [hit for kind in KINDS[:-1] for hit in marked[kind]]
    figures = {"recall": _share(danger), "all_false_alarms": _share([*marked[HARMLESS], *marked[ORDINARY]])}
    return figures | {f"recall_{kind}": _share(marked[kind]) for kind in KINDS[:-1] if marked[kind]}


_ALL = (*KINDS, ORDINARY)


def _denied(base: Examples, additions: Examples) -> list[str]:
    harmless = set(additions.get(HARMLESS, ()))
    denied = [text for kind in KINDS[:-1] for text in base.get(kind, ()) if text in harmless]
    return [f"«{text[:80]}» is one of our examples of danger, and cannot be called harmless" for text in denied[:3]]


def _lost(base: Examples, after: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    """Returns what is recognised worse than before, by more than chance: by a share and by more than two texts."""
    sizes = {kind: len(base.get(kind, ())) for kind in KINDS[:-1]}
    compared = [("danger", "recall", RECALL_LOSS, sum(sizes.values()))]
    compared += [(kind, f"recall_{kind}", KIND_LOSS, size) for kind, size in sizes.items()]
    lost = [
        f"of our examples of {what} {_percent(after[name])} are found, {_percent(before[name])} before"
        for what, name, share, size in compared
        if name in after and name in before and (before[name] - after[name]) * size > max(share * size, FEWEST_LOST)
    ]
    now, then = after["all_false_alarms"], before["all_false_alarms"]
    if now > then + ALARMS_GAIN:
        lost.append(f"of our harmless examples {_percent(now)} are called sensitive, {_percent(then)} before")
    return lost


def _report(model: SensitivityModel, additions: Examples, live: SensitivityModel) -> dict[str, Any]:
    bars: SensitivityThresholds = model.worth.bars
    return {
        "examples": {kind: len(texts) for kind, texts in additions.items() if texts},
        "figures": dict(model.worth.figures),
        "thresholds": {"sensitive": bars.sensitive, "watch": bars.watch},
        "compared_with": live.version,
    }


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
