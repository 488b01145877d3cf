"""IBANs: a country's letters, its length and structure, and check digits that hold (ISO 13616, ISO 7064). Pure."""

from collections.abc import Iterator
from string import ascii_uppercase

from stdnum import iban, numdb

from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

_FIELD = lazy_pattern(r"([0-9]+)!")


def _lengths() -> dict[str, int]:
    """Returns how long an IBAN of each country is, from the registry that python-stdnum carries."""
    return {
        country: 4 + sum(map(int, _FIELD.findall(known["bban"])))
        for _, country, _, known, _ in numdb.get("iban").prefixes
        if known.get("bban")
    }


LENGTHS = _lengths()
_WRITTEN = {
    length: lazy_pattern(rf"[0-9A-Za-z](?:[^0-9A-Za-z]{{0,3}}+[0-9A-Za-z]){{{length - 1}}}")
    for length in set(LENGTHS.values())
}
IBAN_BEGINNINGS = Patterns(
    rf"(?:{'|'.join('[ ._-]?'.join(country) for country in LENGTHS)})[ ._-]{{0,2}}[0-9][ ._-]?[0-9]"
)
_AS_NUMBERS = str.maketrans({letter: str(int(letter, 36)) for letter in ascii_uppercase})
_BETWEEN = lazy_pattern(r"[^0-9A-Za-z]+")


def iban_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of IBANs in a plain text, whatever follows them."""
    for start, match in IBAN_BEGINNINGS.spans(text):
        if end := _end_of_iban(text, start, text[start:match]):
            yield start, end


def _end_of_iban(text: str, start: int, beginning: str) -> int | None:
    length = LENGTHS.get(_BETWEEN.sub("", beginning)[:2].upper())
    written = _WRITTEN[length].match(text, start) if length else None
    if written is None:
        return None
    number = _BETWEEN.sub("", written.group()).upper()
    return written.end() if _checks(number) and iban.is_valid(number, check_country=False) else None


def _checks(number: str) -> bool:
    """Returns whether ISO 7064 Mod 97, 10 holds; tried first because it spares nearly every other check."""
    return int((number[4:] + number[:4]).translate(_AS_NUMBERS)) % 97 == 1
