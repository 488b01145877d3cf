"""Patterns in a text, found in one pass however many there are (RE2), so that costly ones are tried only where they may
match. Pure.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

import re2

_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.never_capture = True


class Patterns:
    """Patterns in RE2's syntax, in any case of letters. Linear in the text."""

    def __init__(self, *patterns: str) -> None:
        self.either = "|".join(f"(?:{pattern})" for pattern in patterns)

    @cached_property
    def _either(self) -> re2._Regexp:
        return re2.compile(self.either, _OPTIONS)

    def within(self, text: str) -> bool:
        """Returns whether one of them matches anywhere in the text."""
        return self._either.search(text) is not None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields the spans of their matches, none overlapping another."""
        return (match.span() for match in self._either.finditer(text))

    def starts(self, text: str) -> Iterator[int]:
        """Yields the beginning of each match."""
        return (match.start() for match in self._either.finditer(text))


class Kinds:
    """Named patterns, all searched for at once."""

    def __init__(self, kinds: Mapping[str, Patterns]) -> None:
        self._names = tuple(kinds)
        self._kinds = kinds

    @cached_property
    def _set(self) -> re2.Set:
        together = re2.Set.SearchSet(_OPTIONS)
        for patterns in self._kinds.values():
            together.Add(patterns.either)
        together.Compile()
        return together

    def within(self, text: str) -> list[str]:
        """Returns the names of those that match somewhere in the text, in their order."""
        return [self._names[index] for index in sorted(self._set.Match(text) or ())]


def words(listed: str) -> frozenset[str]:
    """Returns the words of a list that is written as one text."""
    return frozenset(listed.split())
