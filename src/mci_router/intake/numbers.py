"""Telephone numbers: the forms they are written in, and the one they are compared in. Pure.

E.164 where the number, or the workspace's country, says so; the bare digits otherwise. A number that can be read in two
ways is unclear.
"""

import re

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat

from mci_router.patterns import lazy_pattern
from mci_router.values import value

LEAST, MOST = 5, 15  # digits
NUMBER = lazy_pattern(r"[+＋]?[\d\s().\-/·\u00a0\u2010-\u2015]+")
EXTENSION = lazy_pattern(r"\s*(?:;\s*ext=|,+|#|\b(?:ext(?:ension)?|dw|durchwahl|x)[.:]?)\s*(\d{1,9})\s*$", re.I)
PARAMETERS = lazy_pattern(r";(?!\s*ext=)[a-z-]+(?:=[^;]*)?", re.I)


@value
class Number:
    """A number in the form that is compared, and what is unclear about it."""

    value: str
    why: str | None = None


def normal_phone(value: str) -> str:
    """Returns a number that can be called: E.164 where it says its country, the bare digits otherwise.

    Raises ValueError.
    """
    number = read_number(value, None)
    if number is None:
        raise ValueError("is not a phone number: send 5 to 15 digits, best with the country, such as +49 30 901820")
    return number.value


def is_number(value: str) -> bool:
    """Returns whether an address is a number in the form that is compared."""
    digits = value.partition(";")[0].removeprefix("+")
    return digits.isdecimal() and len(digits) <= MOST


def read_number(text: str, country: str | None) -> Number | None:
    """Reads a number, of `country` unless it says another; None for a text that is no number."""
    text = PARAMETERS.sub("", text)
    extension = EXTENSION.search(text)
    written = text[: extension.start()] if extension else text
    digits = "".join(str(int(character)) for character in written if character.isdecimal())
    if not NUMBER.fullmatch(written.strip()) or not LEAST <= len(digits) <= MOST:
        return None
    number = _read(written.strip(), digits, country)
    return Number(f"{number.value};ext={extension[1]}", number.why) if extension else number


def _read(written: str, digits: str, country: str | None) -> Number:
    if written.startswith(("+", "＋")):
        number = _parsed(written, None)
        return Number(_e164(number)) if number else Number(digits)
    if country is None:
        return _of_no_country(digits)
    number = _parsed(written, country)
    if number is None or not phonenumbers.is_valid_number(number):
        return Number(digits, _abroad(digits) or "it is no whole number of this workspace's country")
    if number.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return Number(_e164(number))
    if unclear := _without_plus(number, digits, country):
        return Number(digits, unclear)
    return Number(_e164(number))


def _of_no_country(digits: str) -> Number:
    """Reads digits that say no country, except that most of the world begins a foreign number with `00`."""
    if digits.startswith("00") and (number := _valid_abroad(digits[2:])):
        return Number(_e164(number))
    return Number(digits, None if digits.startswith("0") else _abroad(digits))


def _without_plus(number: PhoneNumber, digits: str, country: str) -> str | None:
    """Returns what is unclear about a number of this country; None if nothing is.

    It may be a foreign one without its plus.
    """
    if number.country_code_source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
        trunk = phonenumbers.ndd_prefix_for_region(country, True)
        return None if trunk == str(number.country_code) else _abroad(digits)
    usual = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return None if "".join(filter(str.isdecimal, usual)) == digits else _abroad(digits)


def _abroad(digits: str) -> str | None:
    number = _valid_abroad(digits)
    return f"it may be +{digits} with the plus missing" if number else None


def _valid_abroad(digits: str) -> PhoneNumber | None:
    number = _parsed(f"+{digits}", None)
    return number if number and phonenumbers.is_valid_number(number) else None


def _parsed(written: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
