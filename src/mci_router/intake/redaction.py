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

_DIGITS = re.compile(r"(?<![0-9])(?:[0-9][ \t\r\n()\-.\u00a0\u2009_/]{0,3}){12,18}[0-9](?![0-9])")
_LONG_DIGITS = re.compile(r"[0-9]{20,}")
_ISSUERS = [
    re.compile(form)
    for form in (
        r"4[0-9]{18}",
        r"4[0-9]{15}",
        r"4[0-9]{12}",
        r"(?:5[1-5]|2[2-7])[0-9]{14}",
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
    spans += [run.span() for run in _LONG_DIGITS.finditer(plain) if _hides_card(run.group())]
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


def mask_public(text: str) -> str:
    """For a public post: e-mail addresses and phone numbers are taken out as well."""
    return _PHONE.sub(PHONE_MASK, _EMAIL.sub(EMAIL_MASK, mask(text).text))


def _ascii_digits(text: str) -> str:
    """The same text, character for character, with every script's digits as 0-9, and invisible characters as separators."""
    return "".join(_as_ascii(character) for character in text) if not text.isascii() else text


def _as_ascii(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    return "-" if character in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2010\u2011\u2012\u2013\u2014\u202f\u2002\u2003\u3000" else character


def _card_in(plain: str, start: int, end: int) -> tuple[int, int] | None:
    return (start, end) if _hides_card("".join(filter(str.isdigit, plain[start:end]))) else None


def _hides_card(digits: str) -> bool:
    """Whether the digits are a card number, or hold one of a major issuer. A single repeated digit is none."""
    if len(set(digits)) == 1:
        return False
    whole = len(digits) <= 19 and luhn.is_valid(digits)
    return whole or any(luhn.is_valid(window) for window in _issuer_windows(digits))


def _issuer_windows(digits: str) -> Iterator[str]:
    for place in range(len(digits) - 12):
        for found in (issuer.match(digits, place) for issuer in _ISSUERS):
            if found:
                yield found.group()


def _replace(text: str, spans: list[tuple[int, int]]) -> Masked:
    parts, last, count = [], 0, 0
    for start, end in sorted(spans):
        if start >= last:
            parts += [text[last:start], CARD_MASK]
            last, count = end, count + 1
    return Masked("".join([*parts, text[last:]]), count)
