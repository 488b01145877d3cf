"""Ways to reach a person: e-mail addresses, and telephone numbers that could be dialled. Pure."""

import re
from collections.abc import Iterator

import phonenumbers

from mci_router.patterns import lazy_pattern

_EMAIL = lazy_pattern(r"(?<![^\s@<>(),;:\"\[\]])[^\s@<>(),;:\"\[\]]++@(?:[\w-]++\.)+[^\W\d_]{2,24}")
_CALLED = lazy_pattern(r"(?<![+\w.,-])(?:\+|\(?(?=[0-9]))[0-9](?:[ ().\-/]{0,3}[0-9]){6,16}(?![\w-]|[.,][0-9])")
_ABOUT = lazy_pattern(
    r"(?:call|phone|tel|mobile|cell|ring|reach|whats\s?app|sms|handy|telefon|mobil|rufnummer|m[oó]vil|portable)"
    r"\w{0,4}[^0-9\n]{0,24}$",
    re.IGNORECASE,
)
_CONTEXT = 40  # characters before a number that may say that it is a telephone's
_DATE = lazy_pattern(r"(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2}")
_AMERICAN = lazy_pattern(r"\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}")


def email_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of e-mail addresses in a plain text."""
    if "@" in text:
        yield from (match.span() for match in _EMAIL.finditer(text))


def phone_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of telephone numbers.

    These are international, national with a leading zero or as Americans write them, or after a word for them.
    """
    for match in _CALLED.finditer(text):
        if _dialled(text, match):
            yield match.span()


def _dialled(text: str, match: re.Match[str]) -> bool:
    written = match.group()
    if _DATE.match(written):
        return False
    if written.startswith(("+", "00")):
        return _possible("+" + written.lstrip("+0"))
    digits = sum(map(str.isdigit, written))
    if digits > 15:
        return False
    national = written.startswith(("0", "(0")) and written[1] != "." and digits >= 8
    return (
        national
        or bool(_AMERICAN.fullmatch(written))
        or bool(_ABOUT.search(text, max(0, match.start() - _CONTEXT), match.start()))
    )


def _possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
