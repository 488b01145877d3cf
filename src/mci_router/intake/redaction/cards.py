"""Card numbers: 13 to 19 digits that satisfy Luhn, however they are grouped and whatever digits stand beside them. Pure.

The run of digits goes as a whole: references, expiry dates and codes stand next to cards. Every window of a run is judged in constant time
from running sums, so the work is linear in the text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from mci_router.intake.redaction.patterns import Patterns

_DIGITS = Patterns(r"[0-9](?:[^0-9A-Za-z:]{0,6}[0-9]){12,}")  # a colon parts times, not cards
_COLONS = re.compile(r"(?<![0-9])[0-9]+(?: ?: ?[0-9]+){3,18}(?![0-9])")  # unless nothing else parts them
_GROUP = re.compile(r"[0-9]+")
_LENGTHS = range(13, 20)
_ISSUER = re.compile(r"[3-6]|2[2-7]|1800|2131")
_FORMS = (  # of the major issuers: lengths, and beginnings that a longer run of digits is searched for
    ((13, 16, 19), re.compile(r"4")),
    ((16,), re.compile(r"5[1-5]|2[2-7]|35|62|65|64|60")),
    ((15,), re.compile(r"3[47]")),
    ((14,), re.compile(r"3[0689]")),
)
_BEGINNING = re.compile(r"(?=4|5[1-5]|2[2-7]|35|6[0245]|3[046789])")
_GROUPINGS = {13: ({4, 7, 10}, {4, 8, 12}), 14: ({4, 10},), 15: ({4, 10},), 16: ({4, 8, 12},), 19: ({4, 8, 12, 16}, {6})}


def card_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where runs of digits that are or hide a card number stand in a plain text."""
    yield from (span for span in _DIGITS.spans(text) if _hides_card(text[slice(*span)]))
    if text.count(":") >= 3:
        yield from (found.span() for found in _COLONS.finditer(text) if _is_issued_card(found.group()))


def _hides_card(run: str) -> bool:
    groups = _GROUP.findall(run)
    digits = "".join(groups)
    if digits.count(digits[0]) == len(digits):
        return False
    luhn = _Luhn(digits)
    if len(digits) in _LENGTHS and luhn.holds(0, len(digits)):
        return True
    edges = list(accumulate(map(len, groups), initial=0))
    return _in_whole_groups(digits, edges, luhn) or _across_groups(digits, set(edges), luhn)


def _is_issued_card(run: str) -> bool:
    digits = "".join(_GROUP.findall(run))
    return len(digits) in _LENGTHS and bool(_ISSUER.match(digits)) and _Luhn(digits).holds(0, len(digits))


def split_card(parts: Sequence[Any]) -> set[int]:
    """Which of these values in a row are together a card's number, parted as issuers print it or into single digits."""
    groups = [_group(part) for part in parts]
    return {place for start in range(len(groups)) for place in _card_from(groups, start)}


def _group(part: Any) -> str:
    written = str(part) if isinstance(part, str | int) and not isinstance(part, bool) else ""
    return written if len(written) <= 7 and written.isascii() and written.isdigit() else ""


def _card_from(groups: list[str], start: int) -> range:
    digits, edges, longest = "", set[int](), range(0)
    for place in range(start, min(len(groups), start + _LENGTHS.stop)):
        if not groups[place] or len(digits) >= _LENGTHS.stop:
            break
        edges |= {len(digits)} - {0}
        digits += groups[place]
        printed = edges in _GROUPINGS.get(len(digits), ()) or len(edges) == len(digits) - 1
        if printed and len(digits) in _LENGTHS and _ISSUER.match(digits) and _Luhn(digits).holds(0, len(digits)):
            longest = range(start, place + 1)
    return longest


class _Luhn:
    """Luhn's sum of any part of a number, in constant time (ISO/IEC 7812-1: every second digit from the right counts double)."""

    def __init__(self, digits: str) -> None:
        once = [ord(digit) - 48 for digit in digits]
        twice = [2 * digit - 9 * (digit > 4) for digit in once]
        self._even = list(accumulate((pair[place & 1] for place, pair in enumerate(zip(once, twice, strict=True))), initial=0))
        self._odd = list(accumulate((pair[~place & 1] for place, pair in enumerate(zip(once, twice, strict=True))), initial=0))

    def holds(self, start: int, end: int) -> bool:
        sums = self._odd if end & 1 == 0 else self._even
        return (sums[end] - sums[start]) % 10 == 0


def _in_whole_groups(digits: str, edges: list[int], luhn: _Luhn) -> bool:
    """Groups in a row that have a card's length and an issuer's beginning."""
    for place, start in enumerate(edges[:-1]):
        if not _ISSUER.match(digits, start):
            continue
        for end in edges[place + 1 : place + 1 + _LENGTHS.stop]:
            if end - start >= _LENGTHS.stop:
                break
            if end - start in _LENGTHS and luhn.holds(start, end):
                return True
    return False


def _across_groups(digits: str, edges: set[int], luhn: _Luhn) -> bool:
    """A number of a major issuer with other digits glued to it: in one group, or grouped as that issuer prints it."""
    for found in _BEGINNING.finditer(digits):
        start = found.start()
        lengths = next(lengths for lengths, beginning in _FORMS if beginning.match(digits, start))
        for length in lengths:
            if start + length <= len(digits) and luhn.holds(start, start + length) and _printed(edges, start, length):
                return True
    return False


def _printed(edges: set[int], start: int, length: int) -> bool:
    parted = {place for place in range(1, length) if start + place in edges}
    return not parted or parted in _GROUPINGS[length]
