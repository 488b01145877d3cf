"""What a confidence is worth on texts that nothing here was made from: `python -m benchmarks.triage what_comes`.

Asked are the held-out texts of telecom customers and of other trades' customers (`benchmarks/held_out`), and
Banking77's, a bank's, decided by the example workspace as an adapter's chat would be: with its triage, its rules, its
bars and its ladders.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.triage.foreign_texts import FAR

from benchmarks.table import Row, percent, share
from benchmarks.triage_topics import BANKING77, TELECOM
from benchmarks.workspace import snapshot_of
from mci_router.classifier.fitting import train
from mci_router.classifier.labelled import read_csv
from mci_router.configuration import workspace_file
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs.bars import USUAL
from mci_router.triage.finding import find
from mci_router.triage.reader import Reader, languages_of
from mci_router.triage.result import Measured, Triage
from mci_router.triage.rules import rule_book
from mci_router.vocabulary import Channel, Outcome

HELD_OUT = Path(__file__).parent / "held_out"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday: every queue is open
BANDS = (USUAL.agent, USUAL.automation, USUAL.community, 1.0)
MOST_WRONG, LEAST_DEFLECTED, MOST_STRANGERS = 0.08, 0.15, 0.02


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, and the topics that are right for it; none where it is about nothing of a telecom's."""

    text: str
    right: Collection[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a text."""

    asked: Asked
    triage: Triage
    route: Route

    @property
    def right(self) -> bool:
        return self.triage.topic in self.asked.right

    @property
    def deflected(self) -> bool:
        return self.route.outcome is not Outcome.AGENT

    @property
    def acted(self) -> bool:
        return self.triage.certainty == "act"


def rows() -> Iterator[Row]:
    """Every row."""
    decide = _decider()
    customers, strangers = decide(_customers()), decide(_strangers())
    yield from _of_customers(customers)
    yield _of_strangers("other trades", strangers)
    yield _of_strangers("out of scope (foreign_texts)", decide([Asked(text, ()) for text in FAR]))
    if (BANKING77 / "test.csv").is_file():
        yield _of_strangers(
            "a bank's customers (Banking77)", decide([Asked(text, ()) for text, _ in read_csv(BANKING77 / "test.csv")])
        )


def _of_customers(decided: Sequence[Decided]) -> Iterator[Row]:
    deflected = [one for one in decided if one.deflected]
    part, wrong = share(one.deflected for one in decided), share(not one.right for one in deflected)
    note = f"of {len(decided)} held-out texts"
    yield Row(
        "telecom customers deflected", f"≥ {percent(LEAST_DEFLECTED)}", percent(part), part >= LEAST_DEFLECTED, note
    )
    note = f"{sum(not one.right for one in deflected)} of {len(deflected)} deflected"
    yield Row("wrong topic among them", f"≤ {percent(MOST_WRONG)}", percent(wrong), wrong <= MOST_WRONG, note)
    acted = [one for one in decided if one.acted]
    yield Row(
        "acted on",
        "",
        percent(len(acted) / len(decided)),
        None,
        f"{percent(share(one.right for one in acted))} of them right",
    )
    for low, high in pairwise(BANDS):
        band = [one for one in acted if low <= one.triage.confidence < high + (high == BANDS[-1])]
        right = share(one.right for one in band)
        yield Row(
            f"right of confidence {low:.2f} to {high:.2f}",
            f"≥ {percent(low)}",
            percent(right),
            right >= low,
            f"of {len(band)}",
        )


def _of_strangers(what: str, decided: Sequence[Decided]) -> Row:
    part = share(one.deflected for one in decided)
    acted = percent(share(one.acted for one in decided))
    note = f"of {len(decided)}; {acted} acted on, most by a person"
    return Row(f"{what} deflected", f"≤ {percent(MOST_STRANGERS)}", percent(part), part <= MOST_STRANGERS, note)


def _customers() -> list[Asked]:
    return [
        Asked(one["text"], {name for name in (one["topic"], *_also(one)) if name}) for one in _lines("telecom.jsonl")
    ]


def _also(one: dict[str, Any]) -> Sequence[str]:
    also = one.get("also") or []
    return [also] if isinstance(also, str) else also


def _strangers() -> list[Asked]:
    return [Asked(one["text"], ()) for one in _lines("other_trades.jsonl")]


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HELD_OUT / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def _decider() -> Callable[[Sequence[Asked]], list[Decided]]:
    document = workspace_file.read(TELECOM)
    examples = {topic.name: topic.examples for topic in document.topics}
    languages = languages_of(text for texts in examples.values() for text in texts)
    reader = Reader(train(examples).speaking(languages), rule_book(document.rules))
    snapshot = snapshot_of(document)

    def decide(asked: Sequence[Asked]) -> list[Decided]:
        decided = []
        for one, seen in zip(asked, reader.read([one.text for one in asked]), strict=True):
            found = find(snapshot, seen, named=None, measured=Measured(), customer={})
            route = choose_route(
                snapshot, found.matter, Facts(Channel.CHAT, one.text, seen.language, (), {}), OUTCOMES, now=NOON
            )
            decided.append(Decided(one, found, route))
        return decided

    return decide


if __name__ == "__main__":
    for row in rows():
        print(
            f"{row.what:<50} {row.goal:<10} {row.figure:<10} "
            f"{({True: 'met', False: 'NOT met', None: ''})[row.met]:<8} {row.note}"
        )
