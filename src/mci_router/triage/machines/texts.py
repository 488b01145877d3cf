"""Machines recognised by their words alone: signs are counted, and doubtful texts stay a customer's. Pure.

One pass over a bounded part of the text, whatever it contains.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

import re2

from mci_router.specs.rules import compiled, matching_options
from mci_router.triage.machines.sent import Sent
from mci_router.triage.machines.signs import ALONE, CERTAIN, PASSED_ON, Sign, subject_signs, text_signs
from mci_router.triage.rules import OTHER_LETTERS, normalised

# characters that are read: a mail shows at its beginning what it is, and at its end how to leave a list
OPENING, ENDING = 3_000, 1_000
_SET_MEMORY = 64 << 20  # bytes

_ANY_WORDS = frozenset({Sent.DELIVERY_REPORT, Sent.AUTOMATIC_REPLY, Sent.READ_RECEIPT})
"""Programs send these with somebody's own words in them, so a customer's words take away two points, not all."""
_ASKING = frozenset({Sent.SALES_PITCH, Sent.BULK_MAIL})
"""Sellers ask questions."""
_FROM_NO_REPLY = (Sent.AUTOMATIC_MESSAGE, Sent.BULK_MAIL)
"""A form of the company's own may send a customer's words from such an address, so it is one sign among others."""


class Signs:
    """Signs that are searched for at once. Made when they are first needed, which is by a written message."""

    def __init__(self, signs: Iterable[Sign]) -> None:
        self._signs: Sequence[Sign] = tuple(signs)
        options = matching_options()
        options.max_mem = _SET_MEMORY
        self._together = re2.Set.SearchSet(options)
        for pattern in (*(sign.pattern for sign in self._signs), ""):  # always found: if nothing is, memory is spent
            self._together.Add(pattern)
        self._together.Compile()

    @cached_property
    def _each(self) -> Sequence[re2._Regexp]:
        return [compiled(sign.pattern) for sign in self._signs]

    def signs_in(self, text: str) -> list[Sign]:
        indices = self._together.Match(text)
        if not indices:
            return [sign for sign, pattern in zip(self._signs, self._each, strict=True) if pattern.search(text)]
        return [self._signs[index] for index in indices if index < len(self._signs)]


@cache
def _of_subjects() -> Signs:
    return Signs(subject_signs())


@cache
def _of_texts() -> Signs:
    return Signs(text_signs())


@cache
def _passed_on() -> re2._Regexp:
    return re2.compile(PASSED_ON, matching_options())


def by_text(subject: str, text: str, *, no_reply: bool = False) -> Sent | None:
    """Returns what a machine has sent, by its words, or None.

    Both texts are folded, and `text` is without what it quotes. `no_reply`: nobody reads at the sender's address.
    """
    in_text = _of_texts().signs_in(text)
    in_subject = _of_subjects().signs_in(subject) if subject else []
    if any(sign.told and sign.sent is None for sign in in_text):
        in_text = [sign for sign in in_text if not sign.told]
    points: Counter[Sent] = Counter()
    for sign in (*in_text, *(() if in_subject and _passed_on().search(subject) else in_subject)):
        if sign.sent:
            points[sign.sent] += sign.points
    if not points:
        return None
    if no_reply:
        points.update(_FROM_NO_REPLY)
    customer_speaks, asked = any(sign.sent is None for sign in in_text), "?" in text
    return next((sent for sent, _ in points.most_common() if _enough(sent, points[sent], customer_speaks, asked)), None)


def _enough(sent: Sent, points: int, customer_speaks: bool, asked: bool) -> bool:
    if points >= CERTAIN:
        return True
    if customer_speaks or (asked and sent not in _ASKING):
        return sent in _ANY_WORDS and points - ALONE >= ALONE
    return points >= ALONE


def folded(text: str) -> str:
    """Returns the part of a text that is looked at.

    It is in lower case, without accents and letters other than Latin, with every white space one space.
    """
    text = normalised(text if len(text) <= OPENING + ENDING else f"{text[:OPENING]} {text[-ENDING:]}")
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold().translate(OTHER_LETTERS)).encode("ascii", "ignore").decode()
