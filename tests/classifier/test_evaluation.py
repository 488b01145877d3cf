"""What `mci-router triage eval` says of a classifier."""

from pathlib import Path

import pytest

from mci_router.classifier.evaluation import Prediction, cross_validated, evaluate, summed_up
from mci_router.classifier.fitting import train
from mci_router.classifier.guess import NO_GUESS, Guess
from mci_router.classifier.labelled import Labelled
from mci_router.classifier.report import lines, plot
from mci_router.classifier.thresholds import Certainty
from tests.triage.foreign_texts import FAR
from tests.triage.telecom import examples as telecom
from tests.triage.telecom import sensitive
from tests.triage.unseen_contacts import UNSEEN


def answer(
    label: str | None, likeliest: str, confidence: float, certainty: Certainty, sensitive: bool = False
) -> Prediction:
    return Prediction(label, Guess(likeliest, confidence, ((likeliest, confidence),)), certainty, sensitive)


def test_every_figure_is_counted_as_it_is_said() -> None:
    """Four texts about a topic and two out of scope, counted by hand."""
    found = summed_up(
        [
            answer("a", "a", 0.9, Certainty.ACT),
            answer("a", "b", 0.8, Certainty.ACT, sensitive=True),
            answer("b", "b", 0.5, Certainty.SUGGEST, sensitive=True),
            answer("b", "a", 0.1, Certainty.ASK),
            answer(None, "a", 0.6, Certainty.SUGGEST),
            answer(None, "a", 0.2, Certainty.ASK),
        ],
        {"b"},
    )
    assert (found.in_scope, found.out_of_scope) == (4, 2)
    assert (found.accuracy, found.act, found.act_accuracy, found.suggest, found.kept) == (0.5, 0.5, 0.5, 0.25, 0.75)
    assert found.out_of_scope_refused == 0.5
    assert (found.sensitive_recall, found.sensitive_false_alarms) == (0.5, 0.5)
    assert found.recalls == {"a": (0.5, 2), "b": (0.5, 2)}
    assert found.confused == [("a", "b", 1), ("b", "a", 1)]
    assert found.coverage == 0.25
    assert found.ece == pytest.approx((0.1 + 0.8 + 0.5 + 0.1) / 4)


def test_a_classifier_that_knows_nothing_is_always_right_to_ask() -> None:
    """Everything is out of scope for it, all is refused, and what cannot be measured is none instead of 0."""
    found = evaluate(train({}), [Labelled("hello", "a"), Labelled("hello", None)])
    assert (found.in_scope, found.out_of_scope, found.out_of_scope_refused) == (0, 2, 1.0)
    assert found.accuracy is found.ece is found.kept is found.sensitive_recall is None
    assert Prediction(None, NO_GUESS, Certainty.ASK, False).likeliest is None
    assert any("–" in line for line in lines(found))


def test_our_own_workspace_is_told_by_those_who_have_not_seen_it() -> None:
    """At least 90 % of the examples of a fifth of its topics, each third held back; every example is asked once."""
    examples = {topic: telecom()[topic] for topic in sorted(telecom())[::5]}
    found = cross_validated(examples, folds=3, sensitive=sensitive())
    assert found.in_scope == sum(map(len, examples.values()))
    assert found.accuracy is not None
    assert found.accuracy >= 0.9
    assert found.sensitive_recall is not None
    assert found.sensitive_recall >= 0.9


def test_a_report_says_it_in_words_and_in_a_picture(tmp_path: Path) -> None:
    """Every figure has a line, the topics found least and confused most are named, and the picture is a PNG."""
    examples = {topic: telecom()[topic][:3] for topic in sorted(telecom())[::4]}
    asked = [Labelled(text, topic) for topic in examples for text in UNSEEN.get(topic, ())]
    found = evaluate(train(examples), [*asked, *(Labelled(text, None) for text in FAR)], sensitive=sensitive())
    told = "\n".join(lines(found))
    assert f"{len(asked)} texts about a topic, {len(FAR)} out of scope" in told
    for name in (
        "accuracy",
        "calibration error",
        "out-of-scope recall",
        "sensitive recall",
        "sensitive false alarms",
        "Confused most",
    ):
        assert name in told
    plot(found, tmp_path / "found.png")
    assert (tmp_path / "found.png").read_bytes().startswith(b"\x89PNG")
