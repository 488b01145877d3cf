"""Lint for examples: what is wrong with the examples that topics are learnt from. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from mci_router.classifier.features import LONG_TEXT_WORDS
from mci_router.patterns import lazy_pattern
from mci_router.values import value

FEWEST_EXAMPLES = 5  # that make a topic more than a guess
MOST_SHOWN = 3  # examples in a finding
LONGEST_SHOWN = 200  # characters of each example
_NO_WORD = lazy_pattern(r"[\W_]+")

Examples = Mapping[str, Sequence[str]]


class LintKind(StrEnum):
    """The subject of a finding."""

    NO_EXAMPLES = "no_examples"
    THIN_TOPIC = "thin_topic"
    DUPLICATE = "duplicate"
    LONG_EXAMPLE = "long_example"
    CONFUSED = "confused"


@value
class Confusion:
    """A topic that a model takes for another.

    `share` is the mean probability that the model gives `taken_for` on the held-out examples of `topic`.
    """

    topic: str
    taken_for: str
    share: float
    examples: int


@value
class LintFinding:
    """Something to mend, in words, with the topics and a few of the examples that it is about."""

    kind: LintKind
    topics: tuple[str, ...]
    problem: str
    examples: tuple[str, ...] = ()


def lint(examples: Examples, confusions: Sequence[Confusion] = ()) -> list[LintFinding]:
    """Returns all findings, by kind. `examples` names every topic, also those without any example."""
    return [*_thin(examples), *_duplicates(examples), *_long(examples), *_confused(confusions, examples)]


def _thin(examples: Examples) -> Iterator[LintFinding]:
    for topic, texts in sorted(examples.items()):
        if not texts:
            yield LintFinding(
                LintKind.NO_EXAMPLES, (topic,), "It has no examples, so no text is ever found to be about it."
            )
        elif len(texts) < FEWEST_EXAMPLES:
            yield LintFinding(
                LintKind.THIN_TOPIC,
                (topic,),
                f"It has {len(texts)} examples. Ten are a beginning, {FEWEST_EXAMPLES} the least.",
            )


def _duplicates(examples: Examples) -> Iterator[LintFinding]:
    same_text: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for topic, texts in sorted(examples.items()):
        for text in texts:
            same_text[normalised(text)].append((topic, text))
    for pairs in same_text.values():
        topics = tuple(sorted({topic for topic, _ in pairs}))
        if len(pairs) > 1:
            said = f"{len(pairs)} examples say the same"
            problem = (
                f"{said}, of different topics: no model can tell these apart."
                if len(topics) > 1
                else f"{said}: one will do."
            )
            yield LintFinding(LintKind.DUPLICATE, topics, problem, _shown([text for _, text in pairs]))


def _long(examples: Examples) -> Iterator[LintFinding]:
    for topic, texts in sorted(examples.items()):
        if long := [text for text in texts if len(text.split()) > LONG_TEXT_WORDS]:
            problem = (
                f"{len(long)} of its examples have more than {LONG_TEXT_WORDS} words. "
                "What the customer wants, in a sentence, teaches more."
            )
            yield LintFinding(LintKind.LONG_EXAMPLE, (topic,), problem, _shown(long))


def _confused(confusions: Sequence[Confusion], examples: Examples) -> Iterator[LintFinding]:
    for confusion in sorted(confusions, key=lambda confusion: -confusion.share):
        topic, other = confusion.topic, confusion.taken_for
        if topic in examples and other in examples:
            problem = (
                f"On {confusion.examples} held-out examples of {topic} the model gives {other} "
                f"{100 * confusion.share:.0f} % on the mean. "
                "Examples that show the difference help; or the two are one topic."
            )
            yield LintFinding(LintKind.CONFUSED, (topic, other), problem)


def normalised(text: str) -> str:
    """Returns the words of a text, without case, punctuation and width."""
    plain = _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return plain or text


def _shown(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…" for text in texts[:MOST_SHOWN])
