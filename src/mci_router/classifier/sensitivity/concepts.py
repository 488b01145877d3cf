"""Concepts: words that mean much the same to a person who listens for danger, in six languages.

What is learnt of one word is known of the others of its concept.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from mci_router.classifier.sensitivity.clauses import word_of

SHORTEST_BEGINNING = 3


class Lexicon(NamedTuple):
    """Names of concepts by word, and by the beginnings of words."""

    words: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, tuple[str, ...]]


@cache
def lexicon() -> Lexicon:
    """Reads the lexicon that ships with us: a line a concept, `name: word word …`; `word*` is a beginning."""
    words: dict[str, tuple[str, ...]] = {"#young": ("young",), "#old": ("aged",)}
    beginnings: dict[str, tuple[str, ...]] = {}
    for line in (files(__package__) / "concepts.txt").read_text(encoding="utf-8").splitlines():
        name, colon, listed = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        for word in listed.split():
            known, key = (beginnings, word[:-1]) if word.endswith("*") else (words, word)
            key = word_of(key.replace("-", ""))
            known[key] = (*known.get(key, ()), name)
    return Lexicon(words, beginnings)


def concepts_of(word: str) -> list[str]:
    """Returns the concepts that a word belongs to."""
    known = lexicon()
    names = {*known.words.get(word, ())}
    for length in range(SHORTEST_BEGINNING, len(word) + 1):
        names.update(known.beginnings.get(word[:length], ()))
    return sorted(names)
