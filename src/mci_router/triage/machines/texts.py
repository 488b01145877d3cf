"""Machines known by their words alone: signs are counted, and what only looks like a machine's stays a customer's. Pure.

One pass over a bounded part of the text, whatever it holds.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import re2

from mci_router.specs.rules import compiled, matching_options
from mci_router.triage.machines.sent import Sent
from mci_router.triage.machines.signs import ALONE, PASSED_ON, Sign, subject_signs, text_signs
from mci_router.triage.rules import normalised

OPENING, ENDING = 3_000, 1_000  # characters that are looked at: what a mail is stands at its beginning, how to leave a list at its end
_SET_MEMORY = 64 << 20  # bytes

_ANY_WORDS = frozenset({Sent.DELIVERY_REPORT, Sent.AUTOMATIC_REPLY, Sent.READ_RECEIPT})
"""Programs send these with somebody's own words in them, so that a customer's words take two points away and not all."""
_ASKING = frozenset({Sent.SALES_PITCH, Sent.BULK_MAIL})
"""Those who sell ask questions."""


class Signs:
    """Signs that are looked for at once."""

    def __init__(self, signs: Iterable[Sign]) -> None:
        self._signs: Sequence[Sign] = tuple(signs)
        self._each = [compiled(sign.pattern) for sign in self._signs]
        options = matching_options()
        options.max_mem = _SET_MEMORY
        self._together = re2.Set.SearchSet(options)
        for pattern in (*(sign.pattern for sign in self._signs), ""):  # the last is always found: nothing found means that memory is spent
            self._together.Add(pattern)
        self._together.Compile()

    def found(self, text: str) -> list[Sign]:
        places = self._together.Match(text)
        if not places:
            return [sign for sign, pattern in zip(self._signs, self._each, strict=True) if pattern.search(text)]
        return [self._signs[place] for place in places if place < len(self._signs)]


_SUBJECT = Signs(subject_signs())
_TEXT = Signs(text_signs())
_PASSED_ON = re2.compile(PASSED_ON, matching_options())


def by_text(subject: str, text: str) -> Sent | None:
    """What a machine has sent, by its words, or None. Both are folded, and the text is without what it quotes."""
    said = _TEXT.found(text)
    titled = _SUBJECT.found(subject) if subject else []
    points: Counter[Sent] = Counter()
    for sign in (*said, *(() if titled and _PASSED_ON.search(subject) else titled)):
        if sign.sent:
            points[sign.sent] += sign.points
    if not points:
        return None
    spoken, asked = any(sign.sent is None for sign in said), "?" in text
    return next((sent for sent, _ in points.most_common() if _enough(sent, points[sent], spoken, asked)), None)


def _enough(sent: Sent, points: int, spoken: bool, asked: bool) -> bool:
    if spoken or (asked and sent not in _ASKING):
        return sent in _ANY_WORDS and points - ALONE >= ALONE
    return points >= ALONE


def folded(text: str) -> str:
    """What is looked at of a text: in lower case, without accents and other letters than Latin, every white space one space."""
    text = normalised(text if len(text) <= OPENING + ENDING else f"{text[:OPENING]} {text[-ENDING:]}")
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
