"""Issuers of cards: what their numbers begin with, how long they are, and Luhn's check. Pure."""

from itertools import accumulate

from mci_router.patterns import lazy_pattern

LENGTHS = range(13, 20)
"""Of any card (ISO/IEC 7812-1)."""

_ISSUERS = (  # beginnings, and the lengths that are in use
    (r"4", (13, 16, 19)),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
    (r"220[0-4]", (16, 17, 18, 19)),  # Mir
    (r"3[47]", (15,)),  # American Express
    (r"30[0-5]|3095|3[689]", (14,)),  # Diners Club
    (r"35(?:2[89]|[3-8])", (16,)),  # JCB
    (r"62", (16, 17, 18, 19)),  # UnionPay
    (r"5018|5020|5038|5893|6304|6759|676[1-3]", tuple(LENGTHS)),  # Maestro
    (r"6011|64[4-9]|65", (16, 19)),  # Discover
    (r"506(?:099|1[0-8]|19[0-8])|507(?:86[5-9]|8[7-9]|9[0-5]|96[0-4])", (16, 18, 19)),  # Verve
    (r"50|5[6-8]|60|63[6-9]|67|81|82|8600|9792|9860", (16,)),  # RuPay, Elo, Dankort and other national ones
)
_BEGINNINGS = lazy_pattern("|".join(f"(?P<i{index}>{beginning})" for index, (beginning, _) in enumerate(_ISSUERS)))
_IN_USE = {f"i{index}": lengths for index, (_, lengths) in enumerate(_ISSUERS)}
BEGINNING = lazy_pattern(rf"(?={'|'.join(beginning for beginning, _ in _ISSUERS)})")
PRINTED = {
    13: ({4, 7, 10}, {4, 8, 12}),
    14: ({4, 10},),
    15: ({4, 10},),
    16: ({4, 8, 12},),
    18: ({4, 8, 12, 16},),
    19: ({4, 8, 12, 16}, {6}),
}
"""The digits after which issuers print a gap, by the number's length."""


def lengths_at(digits: str, start: int) -> tuple[int, ...]:
    """Returns how long a card's number that begins here may be; none: no issuer's begins so."""
    match = _BEGINNINGS.match(digits, start)
    return _IN_USE[match.lastgroup or ""] if match else ()


_ONCE = bytes.maketrans(b"0123456789", bytes(range(10)))
_TWICE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


class Luhn:
    """Luhn's sum of any part of a number, in constant time.

    ISO/IEC 7812-1: every second digit from the right counts double.
    """

    def __init__(self, digits: str) -> None:
        once = digits.encode("ascii")
        even, odd = bytearray(once.translate(_ONCE)), bytearray(once.translate(_TWICE))
        even[1::2], odd[1::2] = odd[1::2], even[1::2]
        self._even, self._odd = (list(accumulate(sums, initial=0)) for sums in (even, odd))

    def holds(self, start: int, end: int) -> bool:
        sums = self._odd if end & 1 == 0 else self._even
        return (sums[end] - sums[start]) % 10 == 0


def is_issued(digits: str) -> bool:
    """Returns whether these are the digits of a card that an issuer could have made."""
    return len(digits) in lengths_at(digits, 0) and Luhn(digits).holds(0, len(digits))
