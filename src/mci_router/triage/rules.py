"""Rules: all patterns tried on a text at once, in time linear in the text. Pure.

Rules only raise a contact's touch. A workspace's rule replaces ours of the same name.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from threading import Lock

import re2

from mci_router.classifier.characters import LONGEST_READ, UNSEEN, in_latin
from mci_router.patterns import lazy_pattern
from mci_router.specs.rules import RuleSpec, compiled, matching_options
from mci_router.triage.our_rules import OUR_RULES

LONGEST_TEXT = LONGEST_READ  # characters that are read

OTHER_LETTERS = str.maketrans("łŁøØđĐı", "lLoOdDi")  # that are no letter with an accent

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07\u2032", "'"))
_SPACE = lazy_pattern(r"\s+")
_ACCENTS = lazy_pattern("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic letters, not the marks of kana
_SET_MEMORY = 64 << 20  # bytes, for the program of the patterns tried together and every state of its automaton
MOST_BOOKS = 64  # that are kept; workspaces with the same rules share one
_SET_SIZE = 500_000  # instructions of such a program: a quarter of the memory
_COMPILING = Lock()


class RuleBook:
    """The rules of a workspace, compiled. Safe to use from several threads."""

    def __init__(self, rules: Iterable[RuleSpec] = ()) -> None:
        """Takes the workspace's own `rules`; ours are added to them."""
        own = {rule.name: rule for rule in rules}
        self.rules = tuple((OUR_RULES | own).values())
        self._replaced = OUR_RULES.keys() & own.keys()
        self._ours, self._own = _ours(), list(_batches(own.values()))
        self._alone: dict[str, list[_Batch]] = {}

    def fired(self, text: str) -> tuple[RuleSpec, ...]:
        """Returns the rules of which a pattern is found in the text, each once, in the book's order."""
        return self.fired_in(normalised(text))

    def fired_in(self, text: str) -> tuple[RuleSpec, ...]:
        """Returns the same as `fired`, for a text that is normalised already."""
        forms = forms_of(text)
        fired = {name for form in forms for batch in self._ours for name in batch.names_in(form)} - self._replaced
        fired.update(name for form in forms for batch in self._own for name in batch.names_in(form))
        return tuple(
            rule for rule in self.rules if rule.name in fired and (not rule.unless or self._still_finds(rule, text))
        )

    def _still_finds(self, rule: RuleSpec, text: str) -> bool:
        """Returns whether a rule that fired still does when what it must ignore is left out, with its accents or
        without.
        """
        left, *bare = forms_of(_without(rule, text))
        if rule.name not in self._alone:
            self._alone[rule.name] = list(_batches([rule]))
        forms = (left, *(_without(rule, form) for form in bare))
        return any(any(batch.names_in(form)) for form in forms for batch in self._alone[rule.name])


def _without(rule: RuleSpec, text: str) -> str:
    for pattern in rule.unless:
        text = compiled(pattern).sub(" / ", text)
    return text


def rule_book(rules: Iterable[RuleSpec]) -> RuleBook:
    """Returns the book of these rules and ours; workspaces with the same rules, or without any, share one."""
    return _book(tuple(rule.model_dump_json() for rule in rules))


@lru_cache(maxsize=MOST_BOOKS)
def _book(rules: tuple[str, ...]) -> RuleBook:
    return RuleBook(map(RuleSpec.model_validate_json, rules))


def _ours() -> Sequence["_Batch"]:
    """Returns our rules, compiled once for all books: it takes a twentieth of a second, and other threads wait."""
    with _COMPILING:
        return _compiled_once()


@lru_cache(maxsize=1)
def _compiled_once() -> Sequence["_Batch"]:
    return tuple(_batches(OUR_RULES.values()))


class _Batch:
    """Patterns that are tried together."""

    def __init__(self, owned: list[tuple[str, re2._Regexp]]) -> None:
        """Takes each pattern with the name of its rule."""
        self._owned = owned
        self._together = _together([pattern.pattern for _, pattern in owned])

    def names_in(self, text: str) -> Iterator[str]:
        """Finds the names of the rules that fire; a name may come more than once."""
        indices = self._together.Match(text) if self._together else None
        if indices is None:  # out of memory, which RE2 reports by finding nothing: each alone always works
            return (name for name, pattern in self._owned if pattern.search(text))
        return (self._owned[index][0] for index in indices if index < len(self._owned))


def _batches(rules: Iterable[RuleSpec]) -> Iterator[_Batch]:
    size = 0
    owned: list[tuple[str, re2._Regexp]] = []
    for rule in rules:
        for pattern in map(compiled, rule.patterns):
            if size + pattern.programsize > _SET_SIZE:
                yield _Batch(owned)
                size, owned = 0, []
            size += pattern.programsize
            owned.append((rule.name, pattern))
    if owned:
        yield _Batch(owned)


def _together(patterns: Iterable[str]) -> re2.Set | None:
    options = matching_options()
    options.max_mem = _SET_MEMORY
    together = re2.Set.SearchSet(options)
    try:
        # the last pattern is found in every text: if nothing is found, the set has failed
        for pattern in (*patterns, ""):
            together.Add(pattern)
        together.Compile()
    except re2.error:
        return None
    return together


def forms_of(text: str) -> tuple[str, ...]:
    r"""Returns a text, and without accents where it has some, and with Latin letters for those that look like them.

    RE2's `\b` knows the letters of English alone, so that no word ends behind the last letter of "murió".
    """
    if text.isascii():
        return (text,)
    bare = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text))).translate(OTHER_LETTERS)
    return tuple(dict.fromkeys((text, bare, in_latin(bare))))


def normalised(text: str) -> str:
    """Returns the text as rules read it.

    Compatible forms are made one, invisible characters are left out, every white space is one space, and there is one
    kind of apostrophe. Letters keep their case, which patterns ignore: folding "ß" to "ss" would miss patterns written
    with it.
    """
    text = text[:LONGEST_TEXT]
    if not (text.isascii() and text.isprintable()):
        text = UNSEEN.sub("", unicodedata.normalize("NFKC", text)[: 2 * LONGEST_TEXT])
    return _SPACE.sub(" ", text.translate(_APOSTROPHES)).strip()
