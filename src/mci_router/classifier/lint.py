"""What is wrong with the examples that topics are learnt from. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mci_router.classifier.features import LONG_TEXT_WORDS

FEWEST_EXAMPLES = 5  # of a topic that is more than a guess
MOST_SHOWN = 3  # examples a finding
LONGEST_SHOWN = 200  # characters of each
_NO_WORD = re.compile(r"[\W_]+")

Examples = Mapping[str, Sequence[str]]


class LintKind(StrEnum):
    """What a finding is about."""

    NO_EXAMPLES = "no_examples"
    THIN_TOPIC = "thin_topic"
    DUPLICATE = "duplicate"
    LONG_EXAMPLE = "long_example"
    CONFUSED = "confused"


@dataclass(frozen=True, slots=True)
class Confusion:
    """How far a model takes one topic for another: the mean probability (`share`) that it gives `taken_for` on held-out examples."""

    topic: str
    taken_for: str
    share: float
    examples: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, in words, with the topics and a few of the examples it is about."""

    kind: LintKind
    topics: tuple[str, ...]
    problem: str
    examples: tuple[str, ...] = ()


def lint(examples: Examples, confusions: Sequence[Confusion] = ()) -> list[Finding]:
    """All findings, by kind. `examples` has every topic, also those without any."""
    return [*_thin(examples), *_duplicates(examples), *_long(examples), *_confused(confusions, examples)]


def _thin(examples: Examples) -> Iterator[Finding]:
    for topic, texts in sorted(examples.items()):
        if not texts:
            yield Finding(LintKind.NO_EXAMPLES, (topic,), "It has no examples, so no text is ever found to be about it.")
        elif len(texts) < FEWEST_EXAMPLES:
            yield Finding(LintKind.THIN_TOPIC, (topic,), f"It has {len(texts)} examples. Ten are a beginning, {FEWEST_EXAMPLES} the least.")


def _duplicates(examples: Examples) -> Iterator[Finding]:
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for topic, texts in sorted(examples.items()):
        for text in texts:
            places[normalised(text)].append((topic, text))
    for found in places.values():
        topics = tuple(sorted({topic for topic, _ in found}))
        if len(found) > 1:
            said = f"{len(found)} examples say the same"
            problem = f"{said}, of different topics: no model can tell these apart." if len(topics) > 1 else f"{said}: one will do."
            yield Finding(LintKind.DUPLICATE, topics, problem, _shown([text for _, text in found]))


def _long(examples: Examples) -> Iterator[Finding]:
    for topic, texts in sorted(examples.items()):
        if long := [text for text in texts if len(text.split()) > LONG_TEXT_WORDS]:
            problem = (
                f"{len(long)} of its examples have more than {LONG_TEXT_WORDS} words. What the customer wants, in a sentence, teaches more."
            )
            yield Finding(LintKind.LONG_EXAMPLE, (topic,), problem, _shown(long))


def _confused(confusions: Sequence[Confusion], examples: Examples) -> Iterator[Finding]:
    for confusion in sorted(confusions, key=lambda confusion: -confusion.share):
        topic, other = confusion.topic, confusion.taken_for
        if topic in examples and other in examples:
            problem = (
                f"On {confusion.examples} held-out examples of {topic} the model gives {other} {100 * confusion.share:.0f} % on the mean. "
                "Examples that say what parts them help; or they are one topic."
            )
            yield Finding(LintKind.CONFUSED, (topic, other), problem)


def normalised(text: str) -> str:
    """The words of a text, without case, punctuation and width."""
    plain = _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return plain or text


def _shown(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…" for text in texts[:MOST_SHOWN])
