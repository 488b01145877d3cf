"""Work on models that takes long: making one, and judging it. Pure, and made of data, so that a worker can do it.

What comes back is the model as a file: the process that asked loads it like any other, and keeps it in the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from mci_router.classifier import gate
from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.fitting import train
from mci_router.classifier.gate import HeldOutExample, Judgement, Score
from mci_router.classifier.guess import Guess
from mci_router.classifier.lint import Confusion
from mci_router.classifier.packing import packed
from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.training import Training
from mci_router.triage.reader import languages_of
from mci_router.values import value

CONFUSED = 0.15  # the mean probability of another topic from which on the two are reported as confused
MOST_CONFUSED = 20  # pairs in a report


@value
class JudgedClassifier:
    """A trained model, whether it may go live, and its report as JSON has it."""

    classifier: TopicClassifier
    judgement: Judgement
    report: dict[str, Any]


@value
class JudgedModel:
    """The same with the model as a file, and what cross-validation learnt."""

    file: bytes
    learnt: Learnt
    judgement: Judgement
    report: dict[str, Any]


def judged(candidacy: Candidacy, encoder: Encoder | None) -> JudgedModel:
    """Trains a candidate, compares it with the live model, and packs it. Raises UnreadableModel for too large a one."""
    made = judge(candidacy, encoder)
    return JudgedModel(
        _file_of(made.classifier, candidacy.training), made.classifier.learnt, made.judgement, made.report
    )


def made_again(training: Training, learnt: Learnt | None, encoder: Encoder | None) -> bytes:
    """Returns the file of a model that is made again, or trained where `learnt` is unknown. Raises UnreadableModel."""
    return _file_of(fit(training, learnt, encoder), training)


def _file_of(classifier: TopicClassifier, training: Training) -> bytes:
    languages = languages_of(text for texts in training.examples.values() for text in texts)
    return packed(classifier.speaking(languages))


def fit(training: Training, learnt: Learnt | None, encoder: Encoder | None) -> TopicClassifier:
    """Makes a model again, or trains it where `learnt` is unknown.

    A model of another encoder than ours is made without an encoder.
    """
    ours = encoder if encoder and encoder.sha256 == training.encoder else None
    same = learnt if (ours.sha256 if ours else "") == training.encoder else None
    return train(training.examples, encoder=ours, learnt=same)


def judge(candidacy: Candidacy, encoder: Encoder | None) -> JudgedClassifier:
    """Trains a candidate, and compares it with the live model."""
    classifier = fit(candidacy.training, candidacy.learnt, encoder)
    sound = _self_checked(classifier, candidacy.training)
    twin_guesses = _asked(candidacy.training, classifier.learnt, candidacy.holdout, encoder)
    twin = gate.score(twin_guesses, candidacy.holdout, candidacy.sensitive, candidacy.threshold)
    compared, live = _compared(candidacy, twin, encoder)
    failed = [judgement for judgement in (sound, compared) if not judgement.passed]
    decisive = failed or [sound, compared]
    judgement = Judgement(not failed, tuple(reason for judgement in decisive for reason in judgement.reasons))
    return JudgedClassifier(
        classifier,
        judgement,
        _report(candidacy, classifier, judgement, twin, live)
        | {"confused": _confused(candidacy.holdout, twin_guesses)},
    )


def _self_checked(classifier: TopicClassifier, training: Training) -> Judgement:
    if len(training.examples) < 2:
        return Judgement(True, ("fewer than two topics have examples: it knows nothing, and says so",))
    pairs = training.pairs()
    return gate.self_check(classifier.classify([text for _, text in pairs]), pairs)


def _asked(
    training: Training, learnt: Learnt | None, holdout: Sequence[HeldOutExample], encoder: Encoder | None
) -> list[Guess]:
    """Returns what the twin of a model, trained without the holdout, guesses on the holdout."""
    if not holdout:
        return []
    twin = Training(gate.without(training.examples, holdout), training.encoder)
    return fit(twin, learnt, encoder).classify([text for _, text in holdout])


def _compared(candidacy: Candidacy, twin: Score, encoder: Encoder | None) -> tuple[Judgement, Score | None]:
    """Compares the twin with the live model's, on the topics that the live model knows.

    The first model of a workspace is compared with none.
    """
    if candidacy.live is None:
        return Judgement(True, ("it is the first: there was nothing to compare it with",)), None
    training, learnt = candidacy.live
    guesses = _asked(training, learnt, candidacy.holdout, encoder)
    live = gate.score(guesses, candidacy.holdout, candidacy.sensitive, candidacy.threshold).of(training.examples)
    return gate.compare(twin.of(training.examples), live), live


def _report(
    candidacy: Candidacy, classifier: TopicClassifier, judgement: Judgement, twin: Score, live: Score | None
) -> dict[str, Any]:
    thresholds, figures = classifier.learnt.thresholds, classifier.learnt.figures
    return {
        "topics": len(candidacy.training.examples),
        "examples": candidacy.training.size,
        "accuracy": _known(figures, "accuracy"),
        "ece": _known(figures, "ece"),
        "figures": {name: value for name, value in figures.items() if np.isfinite(value)},
        "thresholds": {"act": thresholds.act, "suggest": thresholds.suggest},
        "curves": classifier.learnt.as_data()["curves"],
        "judgement": list(judgement.reasons),
        "compared_with": candidacy.live_version,
        "holdout": _on_holdout(twin),
        "holdout_before": _on_holdout(live) if live else None,
    }


def _known(figures: Mapping[str, float], name: str) -> float | None:
    value = figures.get(name)
    return value if value is not None and np.isfinite(value) else None


def _on_holdout(score: Score) -> dict[str, Any]:
    return {
        "examples": len(score.right),
        "accuracy": score.accuracy,
        "sensitive_recall": score.sensitive_recall,
        "recall": score.recalls(),
    }


def _confused(holdout: Sequence[HeldOutExample], guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    """Returns the pairs of topics of which the twin gives the second a high probability on examples of the first."""
    pairs: list[Confusion] = []
    for topic in sorted({example.topic for example in holdout}):
        shares = [
            guess.shares
            for example, guess in zip(holdout, guesses, strict=True)
            if example.topic == topic and guess.shares is not None
        ]
        if shares:
            topics = guesses[0].topics
            means = np.stack(shares).mean(axis=0)
            pairs += [
                Confusion(topic, topics[i], round(float(means[i]), 4), len(shares))
                for i in np.flatnonzero(means >= CONFUSED)
            ]
    pairs = sorted((pair for pair in pairs if pair.topic != pair.taken_for), key=lambda pair: -pair.share)
    return [asdict(pair) for pair in pairs[:MOST_CONFUSED]]
