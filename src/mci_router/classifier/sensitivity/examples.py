"""Examples that the model learns from: our own sentences, by language and kind, and those that a workspace adds."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from mci_router.vocabulary import SensitiveKind

HARMLESS = "harmless"  # looks like danger, and is not
ORDINARY = "ordinary"  # everyday contacts: they outnumber all others, so each counts for less
LANGUAGES = frozenset({"en", "de", "es", "fr", "it", "pt"})  # in which our rules and examples recognise danger
KINDS: tuple[str, ...] = (*SensitiveKind, HARMLESS)
SECTIONS = (*KINDS, ORDINARY)

Examples: TypeAlias = Mapping[str, Sequence[str]]
"""Texts by kind, or by `harmless` or `ordinary`."""


def parsed(lines: Iterable[str]) -> dict[str, list[str]]:
    """Parses examples from the lines of a file: `[kind]` heads a section, `#` a comment.

    Raises ValueError for an unknown section.
    """
    sections: dict[str, list[str]] = {kind: [] for kind in SECTIONS}
    section: list[str] = []
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            if line[1:-1] not in sections:
                raise ValueError(f"{line} is no kind: {', '.join(SECTIONS)}")
            section = sections[line[1:-1]]
        elif line and not line.startswith("#"):
            section.append(line)
    return sections


@cache
def ours() -> Examples:
    """Returns the examples that ship with us, of every language."""
    merged: dict[str, list[str]] = {kind: [] for kind in SECTIONS}
    for file in sorted((files(__package__) / "examples").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".txt"):
            for kind, texts in parsed(file.read_text(encoding="utf-8").splitlines()).items():
                merged[kind] += texts
    return {kind: tuple(dict.fromkeys(texts)) for kind, texts in merged.items()}


def joined(base: Examples, more: Examples) -> Examples:
    """Joins two sets of examples; a text that both have gets its kind from the second."""
    said = {text for texts in more.values() for text in texts}
    return {
        kind: (*(text for text in base.get(kind, ()) if text not in said), *dict.fromkeys(more.get(kind, ())))
        for kind in SECTIONS
    }


def version_of(examples: Examples, revision: int) -> str:
    """Returns the hash of what is learnt from."""
    learnt_from = [revision, [[kind, sorted(examples.get(kind, ()))] for kind in SECTIONS]]
    return hashlib.sha256(json.dumps(learnt_from).encode()).hexdigest()[:16]
