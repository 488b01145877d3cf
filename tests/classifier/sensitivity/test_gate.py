"""A workspace's own examples change the model only if nobody who was found in danger is missed for them."""

from collections.abc import Sequence

import pytest

from mci_router.classifier.sensitivity.calibrating import folds_of, held_out_scores, worth_of
from mci_router.classifier.sensitivity.examples import HARMLESS, KINDS, Examples, ours
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.gate import judged
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.sensitivity.stored import unpacked

BASE: Examples = {kind: ours()[kind][: 60 if kind == HARMLESS else 12] for kind in KINDS}


@pytest.fixture(scope="module")
def live() -> SensitivityModel:
    return SensitivityModel("base", fit(count(lessons_of(BASE))), worth_of(held_out_scores(BASE, kinds=False)))


def test_a_false_alarm_is_unlearnt_and_a_trades_own_danger_learnt(live: SensitivityModel) -> None:
    """The new model knows both; its report says how many, and how our own examples fare."""
    additions: dict[str, Sequence[str]] = {
        HARMLESS: ["the kiln is burning hot, as it should"],
        "fraud": ["my kiln voucher was drained by someone"],
    }
    found = judged(BASE, live, additions)
    assert found.passed, found.reasons
    assert found.report["examples"] == {"harmless": 1, "fraud": 1}
    assert "recall_ours" in found.report["figures"]
    new = unpacked(found.model)
    assert new.version != live.version
    assert new.judge("the kiln is burning hot").probability < live.judge("the kiln is burning hot").probability
    assert new.judge("my kiln voucher was drained").probability > live.judge("my kiln voucher was drained").probability


def test_our_examples_of_danger_cannot_be_called_harmless(live: SensitivityModel) -> None:
    """The refusal names it."""
    text = BASE["self_harm"][0]
    found = judged(BASE, live, {HARMLESS: [text]})
    assert not found.passed
    assert any(text[:40] in reason for reason in found.reasons)


def test_a_model_that_misses_more_is_refused(live: SensitivityModel) -> None:
    """With the words of danger called harmless in many ways, our examples are found less; the reason has the numbers."""
    turned = [f"{word} {text}" for kind in KINDS[:-1] for text in BASE[kind] for word in ("film:", "in the play,")]
    found = judged(BASE, live, {HARMLESS: turned})
    assert not found.passed
    assert "%" in found.reasons[0]


def test_no_phrasing_is_judged_by_a_model_that_has_seen_it() -> None:
    """Texts that are nearly the same are held back together."""
    alike = [
        ("fraud", "somebody cloned my card"),
        ("fraud", "somebody cloned my bank card"),
        (HARMLESS, "somebody has cloned my card"),
    ]
    folds = folds_of([*alike, *((HARMLESS, f"hello number{n}x") for n in range(30))])
    assert len(set(folds[:3])) == 1
    assert len(set(folds)) > 2
