"""What must never be stored or logged is masked before anything else sees the text. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stdnum import luhn

from mci_router.storable import storable

CARD_MASK = "[card number removed]"
EMAIL_MASK = "[e-mail removed]"
PHONE_MASK = "[phone number removed]"
PRIVATE_MASK = "[removed]"
SHORTEST_PRIVATE = 3  # a shorter name is a part of too many words

_DIGITS = re.compile(r"[0-9](?:[^0-9A-Za-z:]{0,6}[0-9]){12,}")  # a colon parts times, not cards
_GROUP = re.compile(r"[0-9]+")
_LENGTHS = range(13, 20)
_ISSUER = re.compile(r"[3-6]|2[2-7]|220[0-4]")
_LONE = [  # a number of a major issuer, wherever it stands in a longer run of digits
    re.compile(form)
    for form in (
        r"4[0-9]{18}",
        r"4[0-9]{15}",
        r"4[0-9]{12}",
        r"(?:5[1-5]|2[2-7]|35|62|65|64|60)[0-9]{14}",
        r"3[47][0-9]{13}",
        r"3[0689][0-9]{12}",
    )
]
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}\.[a-zA-Z]{2,24}")
_PHONE = re.compile(r"(?<![\w.])\+?[0-9][0-9 ()/.\-]{6,18}[0-9](?!\w)")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and how many were taken out."""

    text: str
    count: int = 0


def mask(text: str) -> Masked:
    """Takes out card numbers: 13 to 19 digits, however grouped, that satisfy Luhn. Any script's digits are read as digits."""
    text = storable(text)
    plain = _ascii_digits(text)
    spans = [span for found in _DIGITS.finditer(plain) if (span := _card_in(plain, found.start(), found.end()))]
    return _replace(text, spans)


def mask_all(value: Any) -> tuple[Any, int]:
    """Masks every text and number inside JSON-like data; returns the data and how many secrets were taken out."""
    if isinstance(value, str):
        masked = mask(value)
        return masked.text, masked.count
    if isinstance(value, dict):
        pairs = [(mask(str(name)), mask_all(inner)) for name, inner in value.items()]
        return {name.text: inner for name, (inner, _) in pairs}, sum(name.count + count for name, (_, count) in pairs)
    if isinstance(value, list):
        items = [mask_all(inner) for inner in value]
        return [inner for inner, _ in items], sum(count for _, count in items)
    if isinstance(value, int | float) and not isinstance(value, bool) and (masked := mask(str(value))).count:
        return masked.text, masked.count
    return value, 0


def mask_public(text: str, *known: str | None) -> str:
    """For a public text: e-mail addresses, phone numbers and what is `known` of the customer, as name and id, are taken out as well."""
    for private in known:
        if private and len(private) >= SHORTEST_PRIVATE:
            text = re.sub(rf"(?<!\w){re.escape(private)}(?!\w)", PRIVATE_MASK, text, flags=re.IGNORECASE)
    return _PHONE.sub(PHONE_MASK, _EMAIL.sub(EMAIL_MASK, mask(text).text))


def _ascii_digits(text: str) -> str:
    """The same text, character for character, with every script's digits as 0-9, and invisible characters as separators."""
    return "".join(_as_ascii(character) for character in text) if not text.isascii() else text


def _as_ascii(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    return "-" if character in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2010\u2011\u2012\u2013\u2014\u202f\u2002\u2003\u3000" else character


def _card_in(plain: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole run of digits, if it is a card number or holds one, as between a reference and an expiry date."""
    groups = _GROUP.findall(plain, start, end)
    digits = "".join(groups)
    if len(set(digits)) == 1:
        return None
    whole = len(digits) in _LENGTHS and luhn.is_valid(digits)
    hides = whole or any(luhn.is_valid(number) for number in (*_grouped(groups), *_lone(groups)))
    return (start, end) if hides else None


def _grouped(groups: list[str]) -> Iterator[str]:
    """Whole groups in a row that have a card's length and an issuer's beginning."""
    for first in range(len(groups)):
        number = ""
        for group in groups[first:]:
            number += group
            if len(number) >= _LENGTHS.stop:
                break
            if len(number) in _LENGTHS and _ISSUER.match(number):
                yield number


def _lone(groups: list[str]) -> Iterator[str]:
    for group in groups:
        for place in range(len(group) - 12):
            for found in (issuer.match(group, place) for issuer in _LONE):
                if found:
                    yield found.group()


def _replace(text: str, spans: list[tuple[int, int]]) -> Masked:
    parts, last, count = [], 0, 0
    for start, end in sorted(spans):
        if start >= last:
            parts += [text[last:start], CARD_MASK]
            last, count = end, count + 1
    return Masked("".join([*parts, text[last:]]), count)
