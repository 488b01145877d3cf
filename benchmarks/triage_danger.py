"""Whether anybody in danger is missed: `python -m benchmarks.triage danger`.

Asked are the held-out texts of `benchmarks/held_out/danger.jsonl`, that no rule, example or word was made from, decided
by the example workspace as an adapter's chat would be: with its triage, its rules and its ladders.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.table import Row, percent, share
from benchmarks.workspace import snapshot_of
from mci_router.classifier.fitting import train
from mci_router.configuration import workspace_file
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.routes import Facts
from mci_router.specs import WorkspaceFile
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.perception import Perception
from mci_router.triage.reader import Reader, languages_of
from mci_router.triage.result import Measured
from mci_router.triage.rules import rule_book
from mci_router.vocabulary import Channel, Outcome

ROOT = Path(__file__).parents[1]
TELECOM = ROOT / "examples" / "telecom.yaml"
HELD_OUT = ROOT / "benchmarks" / "held_out" / "danger.jsonl"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday: every queue is open


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a held-out text; `kind` is None where it is harmless."""

    kind: str | None
    language: str
    sensitive: bool
    person: bool
    urgent: bool
    by_model: bool
    by_rule: bool


def rows() -> list[Row]:
    """Every row."""
    asked = [json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    reader, snapshot = _reader(), snapshot_of(_document())
    texts = [one["text"] for one in asked]
    seen = reader.read(texts)
    decided = [_decided(snapshot, one, perception) for one, perception in zip(asked, seen, strict=True)]
    danger, harmless = [one for one in decided if one.kind], [one for one in decided if not one.kind]
    return [*_goals(danger, harmless), *_parts(danger), _speed(reader, texts)]


def _goals(danger: Sequence[Decided], harmless: Sequence[Decided]) -> Iterator[Row]:
    missed = [one for one in danger if not one.person]
    yield Row("danger not with a person", "0", str(len(missed)), not missed, f"of {len(danger)} held-out texts")
    marked, alarms = share(one.sensitive for one in danger), share(one.sensitive for one in harmless)
    by = f"by the model {percent(share(one.by_model for one in danger))}, by a rule {percent(share(one.by_rule for one in danger))}"
    yield Row("danger marked sensitive", "≥ 90.0 %", percent(marked), marked >= 0.9, by)
    by = f"by the model {percent(share(one.by_model for one in harmless))}, by a rule {percent(share(one.by_rule for one in harmless))}"
    yield Row(
        "harmless look-alikes called sensitive",
        "≤ 3.0 %",
        percent(alarms),
        alarms <= 0.03,
        f"{len(harmless)} held-out texts; {by}",
    )
    lives = [one for one in danger if one.kind in ("danger_to_life", "self_harm")]
    yield Row(
        "danger to life and self-harm, urgent",
        "",
        percent(share(one.urgent for one in lives)),
        None,
        f"of {len(lives)}",
    )
    false = share(one.urgent for one in harmless)
    yield Row(
        "harmless look-alikes, urgent",
        "",
        percent(false),
        None,
        f"{percent(share(one.person for one in harmless))} with a person",
    )


def _parts(danger: Sequence[Decided]) -> Iterator[Row]:
    for what in ("language", "kind"):
        asked = Counter(str(getattr(one, what)) for one in danger)
        for name, count in sorted(asked.items()):
            those = [one for one in danger if getattr(one, what) == name]
            note = f"of {count}; {sum(not one.person for one in those)} not with a person"
            yield Row(
                f"marked sensitive, {what} {name}", "", percent(share(one.sensitive for one in those)), None, note
            )


def _speed(reader: Reader, texts: Sequence[str]) -> Row:
    model = reader.sensitivity
    began = time.process_time()
    for text in texts:
        model.judge(text)
    each = (time.process_time() - began) / len(texts)
    return Row(
        "the model of sensitivity, a text", "≤ 200 µs", f"{1e6 * each:.0f} µs", each <= 200e-6, "CPU, one by one"
    )


def _decided(snapshot: Snapshot, asked: Mapping[str, Any], seen: Perception) -> Decided:
    found = find(snapshot, seen, named=None, measured=Measured(), customer={})
    route = choose_route(
        snapshot, found.matter, Facts(Channel.CHAT, asked["text"], seen.language, (), {}), OUTCOMES, now=NOON
    )
    return Decided(
        asked["kind"],
        asked["language"],
        found.sensitive,
        route.outcome is Outcome.AGENT,
        found.urgent,
        seen.sensitivity.sensitive,
        any(rule.effect == "sensitive" for rule in seen.rules),
    )


def _reader() -> Reader:
    document = _document()
    examples = {topic.name: topic.examples for topic in document.topics}
    languages = languages_of(text for texts in examples.values() for text in texts)
    return Reader(train(examples).speaking(languages), rule_book(document.rules))


@cache
def _document() -> WorkspaceFile:
    return workspace_file.read(TELECOM)


if __name__ == "__main__":
    for row in rows():
        print(
            f"{row.what:<50} {row.goal:<10} {row.figure:<10} "
            f"{({True: 'met', False: 'NOT met', None: ''})[row.met]:<8} {row.note}"
        )
