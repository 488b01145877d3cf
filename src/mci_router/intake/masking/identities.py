"""Numbers that a state gave a person: US social security numbers, and others where the words say what the number is.

Pure.

Only numbers that pass their own country's test are masked. Without a word beside them only those whose form is
unmistakable: order numbers, invoices and dates stay.
"""

import re
from collections.abc import Iterator

from stdnum.at import vnr
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import cc, nif
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn

from mci_router.intake.masking.identities_elsewhere import (
    TESTS_ELSEWHERE,
    TESTS_IN_OTHER_LETTERS,
    TESTS_WITHOUT_SPACES,
    Test,
)
from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern


def _national_insurance(number: str) -> bool:
    """Returns whether it is a number of the United Kingdom, which has no check digit."""
    return bool(re.fullmatch(r"(?i)[a-ceghj-prstw-z][a-ceghj-nprstw-z][0-9]{6}[a-d]", re.sub("[ -]", "", number)))


def _german_pension(number: str) -> bool:
    return bool(re.fullmatch(r"(?i)[0-9]{8}[a-z][0-9]{3}", re.sub("[ -]", "", number)))


def _with_dots(holds: Test) -> Test:
    """Returns the test for a number that people also write with dots after each three digits."""
    return lambda number: holds(number.replace(".", ""))


TESTS: dict[str, tuple[Test, ...]] = {
    r"ssn|social\ssec(?:urity)?": (ssn.is_valid, lambda number: ssn.is_valid(number.replace(" ", "-"))),
    r"national\sinsurance|nino|ni\sn(?:umber|o)": (_national_insurance,),
    r"nhs": (nhs.is_valid,),
    r"steuer\W?id\w{0,40}|idnr|steuernummer": (idnr.is_valid,),
    r"(?:sozial|renten)versicherung\w{0,12}|sv\W?n(?:umme)?r|rv\W?n(?:umme)?r": (
        _german_pension,
        vnr.is_valid,
        ahv.is_valid,
    ),
    r"ahv|avs": (ahv.is_valid,),
    r"nir|s[eé]curit[eé]\ssociale|num[eé]ro\sde\ss[eé]cu": (nir.is_valid,),
    r"dni|nie|n\.?i\.?f|contribuinte|documento\sde\sidentidad": (_with_dots(dni.is_valid), nie.is_valid, nif.is_valid),
    r"cart[aã]o\sde\scidad[aã]o": (cc.is_valid,),
    r"codice\sfiscale|cf": (codicefiscale.is_valid,),
    r"bsn|burgerservicenummer|sofinummer": (bsn.is_valid,),
    r"pesel\w{0,3}": (pesel.is_valid,),
    r"t\.?c\.?\s?kimlik|kimlik\sn\w{1,8}": (tckimlik.is_valid,),
    r"person\s?nummer": (personnummer.is_valid, fodselsnummer.is_valid),
    r"f[oø]dselsnummer": (fodselsnummer.is_valid,),
    r"cpr": (cpr.is_valid,),
    r"hetu|henkil[oö]tunnus": (hetu.is_valid,),
    r"rijksregister\w{0,10}|registre\snational|num[eé]ro\snational": (nn.is_valid,),
    r"cpf": (cpf.is_valid,),
    r"social\sinsurance|sin": (sin.is_valid,),
    r"aadhaa?r": (aadhaar.is_valid,),
    r"ppsn?": (pps.is_valid,),
}
_IN_LATIN = TESTS | TESTS_ELSEWHERE
_SPACED = _IN_LATIN | TESTS_IN_OTHER_LETTERS
_ALL = _SPACED | TESTS_WITHOUT_SPACES
_WORDS = lazy_pattern(
    "|".join(
        rf"(?<![^\W_])(?P<w{index}>{words})(?![^\W_])" if words in _SPACED else f"(?P<w{index}>{words})"
        for index, words in enumerate(_ALL)
    ),
    re.IGNORECASE,
)
IDENTITY_WORDS = Patterns(  # RE2's `\b` knows the letters of English alone
    *(rf"\b(?:{words})\b" for words in _IN_LATIN), *TESTS_IN_OTHER_LETTERS, *TESTS_WITHOUT_SPACES
)
_TESTS = {f"w{index}": tests for index, tests in enumerate(_ALL.values())}
_ENOUGH_DIGITS = lazy_pattern(r"[0-9](?:[ ./-]{0,2}[0-9]){3}")
_NUMBER = lazy_pattern(r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,6}[ -]?)?[0-9][0-9A-Za-z]*(?:[ ./-][0-9A-Za-z]{1,9}){0,6}")
_EDGE = lazy_pattern(r"(?=[ ./-])|$")
_LAST_WORD = lazy_pattern(r"[A-Za-z]+[ -]")  # of the sentence, which may look like the two letters of a number
_NEAR = 60  # characters after the word in which the number must end
_ALONE: tuple[tuple[re.Pattern[str], Test], ...] = (
    (lazy_pattern(r"(?<![0-9A-Za-z.-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9A-Za-z]|-[0-9A-Za-z])"), ssn.is_valid),
    (lazy_pattern(r"(?<![0-9A-Za-z.-])756[. ][0-9]{4}[. ][0-9]{4}[. ][0-9]{2}(?![0-9A-Za-z])"), ahv.is_valid),
    (
        lazy_pattern(r"(?<![0-9A-Za-z])[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z](?![0-9A-Za-z])"),
        codicefiscale.is_valid,
    ),
)
IDENTITY_FORMS = Patterns(
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}", r"756[. ][0-9]{4}[. ]", r"[a-z]{6}[0-9]{2}[a-z][0-9]{2}[a-z][0-9]{3}"
)


def identity_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of numbers in a plain text that can be nothing else."""
    for form, holds in _ALONE:
        yield from (match.span() for match in form.finditer(text) if holds(match.group()))


def named_identity_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of numbers after their name."""
    if not _ENOUGH_DIGITS.search(text):
        return
    for at in IDENTITY_WORDS.starts(text):
        if (word := _WORDS.match(text, at)) and (span := _number_after(text, word.end(), _TESTS[word.lastgroup or ""])):
            yield span


def _number_after(text: str, at: int, tests: tuple[Test, ...]) -> tuple[int, int] | None:
    """Returns the first number after a word that passes one of its tests.

    What is beside the number may look like a part of it.
    """
    for match in _NUMBER.finditer(text, at, at + _NEAR):
        ends = [edge.start() for edge in _EDGE.finditer(text, *match.span())]
        word = _LAST_WORD.match(text, *match.span())
        for start in (match.start(), word.end()) if word else (match.start(),):
            for end in reversed(ends):
                if any(holds(text[start:end]) for holds in tests):
                    return start, end
    return None
