"""Rules: all patterns tried on a text at once, in time linear in the text. Pure.

Rules only raise a contact's touch. A workspace's rule replaces ours of the same name.

RE2's work is linear in the text, but as long as the program: where a pattern has a thousand places at which it may be
in the middle of something, each character costs a thousand steps. So a workspace's own patterns have a bound of time.
"""

import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from threading import Lock

import re2

from mci_router.classifier.characters import LONGEST_READ, UNSEEN, in_latin
from mci_router.patterns import lazy_pattern
from mci_router.specs.rules import APOSTROPHES, RuleSpec, compiled, matching_options
from mci_router.triage.our_rules import OUR_RULES

LONGEST_TEXT = LONGEST_READ  # characters that are read

OTHER_LETTERS = str.maketrans("łŁøØđĐı", "lLoOdDi")  # that are no letter with an accent

_SPACE = lazy_pattern(r"\s+")
_ACCENTS = lazy_pattern("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic letters, not the marks of kana
LONGEST_S = 0.5  # of CPU, for a workspace's own patterns and one batch of texts; usual ones take a thousandth of it
SLOW_FOR_S = 600  # how long a book counts as slow that took longer
LIGHT = 500  # instructions: a book of so many takes some hundredths of a second for a short text at worst

_SET_MEMORY = 64 << 20  # bytes, for the program of the patterns tried together and every state of its automaton
_OWN_MEMORY = 4 << 20  # the same for a workspace's own
MOST_BOOKS = 64  # that are kept; workspaces with the same rules share one
_SET_SIZE = 500_000  # instructions of such a program: a quarter of the memory
_OWN_SIZE = 2_000  # a set cannot be stopped within a text, so a workspace's own are small
_COMPILING = Lock()


class RulesTooSlow(Exception):
    """A workspace's own patterns take too long for a text."""


class Patience:
    """The time that own patterns have, for one text or several."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._until = time.thread_time() + longest_s  # not the clock's: a busy machine makes no pattern slow

    def check(self) -> None:
        """Raises RulesTooSlow once the time is over."""
        if time.thread_time() > self._until:
            raise RulesTooSlow


class RuleBook:
    """The rules of a workspace, compiled. Safe to use from several threads."""

    def __init__(self, rules: Iterable[RuleSpec] = ()) -> None:
        """Takes the workspace's own `rules`; ours are added to them."""
        own = {rule.name: rule for rule in rules}
        self.rules = tuple((OUR_RULES | own).values())
        self._replaced = OUR_RULES.keys() & own.keys()
        self._ours, self._own = _ours(), list(_batches(own.values(), _OWN_SIZE, _OWN_MEMORY))
        self._alone: dict[str, list[_Batch]] = {}
        self.light: bool = sum(batch.size for batch in self._own) <= LIGHT
        self._slow_until = 0.0

    @property
    def slow(self) -> bool:
        """Whether the workspace's own patterns took too long a while ago."""
        return time.monotonic() < self._slow_until

    def fired(self, text: str, patience: Patience | None = None) -> tuple[RuleSpec, ...]:
        """Returns the rules of which a pattern is found in the text, each once, in the book's order.

        Raises RulesTooSlow, once the workspace's own took longer than they may for all texts of one `patience`.
        """
        return self.fired_in(normalised(text), patience)

    def fired_in(self, text: str, patience: Patience | None = None) -> tuple[RuleSpec, ...]:
        """Returns the same as `fired`, for a text that is normalised already. Raises RulesTooSlow."""
        forms, patience = forms_of(text), patience or Patience()
        fired = {name for form in forms for batch in self._ours for name in batch.names_in(form)} - self._replaced
        try:
            fired.update(name for form in forms for batch in self._own for name in batch.names_in(form, patience))
            return tuple(
                rule
                for rule in self.rules
                if rule.name in fired and (not rule.unless or self._still_finds(rule, text, patience))
            )
        except RulesTooSlow:
            self._slow_until = time.monotonic() + SLOW_FOR_S
            raise

    def _still_finds(self, rule: RuleSpec, text: str, patience: Patience) -> bool:
        """Returns whether a rule that fired still does when what it must ignore is left out, with its accents or
        without.
        """
        left, *bare = forms_of(_without(rule, text, patience))
        if rule.name not in self._alone:
            self._alone[rule.name] = list(_batches([rule], _OWN_SIZE, _OWN_MEMORY))
        forms = (left, *(_without(rule, form, patience) for form in bare))
        return any(any(batch.names_in(form, patience)) for form in forms for batch in self._alone[rule.name])


def _without(rule: RuleSpec, text: str, patience: Patience) -> str:
    for pattern in rule.unless:
        patience.check()
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
    return tuple(_batches(OUR_RULES.values(), _SET_SIZE, _SET_MEMORY))


class _Batch:
    """Patterns that are tried together."""

    def __init__(self, owned: list[tuple[str, re2._Regexp]], memory: int) -> None:
        """Takes each pattern with the name of its rule, and the bytes that all together may use."""
        self._owned = owned
        self._together = _together([pattern.pattern for _, pattern in owned], memory)
        self.size: int = sum(pattern.programsize for _, pattern in owned)

    def names_in(self, text: str, patience: Patience | None = None) -> Iterator[str]:
        """Finds the names of the rules that fire; a name may come more than once. Raises RulesTooSlow."""
        if patience:
            patience.check()
        indices = self._together.Match(text) if self._together else None
        if indices is None:  # out of memory, which RE2 reports by finding nothing: each alone always works
            return self._names_one_by_one(text, patience)
        return (self._owned[index][0] for index in indices if index < len(self._owned))

    def _names_one_by_one(self, text: str, patience: Patience | None) -> Iterator[str]:
        for name, pattern in self._owned:
            if patience:
                patience.check()
            if pattern.search(text):
                yield name


def _batches(rules: Iterable[RuleSpec], largest: int, memory: int) -> Iterator[_Batch]:
    size = 0
    owned: list[tuple[str, re2._Regexp]] = []
    for rule in rules:
        for pattern in map(compiled, rule.patterns):
            if owned and size + pattern.programsize > largest:
                yield _Batch(owned, memory)
                size, owned = 0, []
            size += pattern.programsize
            owned.append((rule.name, pattern))
    if owned:
        yield _Batch(owned, memory)


def _together(patterns: Iterable[str], memory: int) -> re2.Set | None:
    options = matching_options()
    options.max_mem = memory
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
    return _SPACE.sub(" ", text.translate(APOSTROPHES)).strip()
