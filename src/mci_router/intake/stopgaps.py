"""Stopgaps: what people and programs write where an address is asked for and they have none, or give none. Pure.

`none@none.com`, `9999999999` and `noreply@…` are many people's, however well it is proven who sent them: they name
nobody. The rules err to the safe side for what somebody may really have (ADR 0104).
"""

from collections.abc import Iterator

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from mci_router.intake.masking.patterns import words
from mci_router.patterns import lazy_pattern
from mci_router.triage.machines.no_reply import hears_nobody

FEWEST_DIGITS = 7  # fewer are a short code, which one sender has
FEWEST_ABROAD = 9  # with a country's code: in countries with eight digits such a number is somebody's
_UP, _DOWN = ("1234567890", "01234567890"), ("9876543210", "0987654321")
_LONGEST_COUNTRY_CODE = 3

_NO_ADDRESS = lazy_pattern(
    r"(?:no|not|without|sin|kein|keine|sans|pas-?de|senza|sem|non-?ho|nao-?tem|no-?tiene)[-._]?"
    r"(?:e-?mails?|mails?|correo|courriel|address|adresse|direccion|given|provided|available|applicable|aplica)"
    r"(?:[-._]?(?:given|provided|yet|address|adresse))?"
)
_FILLING = words(
    """
    none no na nil null nobody nomail noemail undefined unknown anonymous anonym invalid test tests tester testing
    test1 test123 demo dummy fake sample example temp asdf asdfg qwerty qwertz abc abcd xx xxx xxxx aaa aaaa 1 11 111
    123 1234 12345 email e-mail mail user username name yourname youremail your you me guest customer foo bar foobar
    blah keine kein ninguno nada aucun rien nessuno niente nenhum
    """
)
_DOMAINS_OF_NOBODY = _FILLING | {
    *("gmail", "googlemail", "hotmail", "outlook", "live", "yahoo", "icloud", "aol", "gmx", "web", "mailinator")
}
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})  # as in example.co.uk
_EXAMPLES = frozenset({"example", "domain", "yourdomain", "company", "yourcompany", "website"})
_FILLING_AN_EXAMPLE = _FILLING - {"nobody", "no", "guest", "customer", "me", "you", "foo", "bar"}


def is_stopgap_number(number: str) -> bool:
    """Returns whether a telephone number, in the form that is compared, is one digit again and again, or counts."""
    digits = number.partition(";")[0]
    abroad = digits.startswith("+")
    fewest = FEWEST_ABROAD if abroad else FEWEST_DIGITS
    return any(_is_filled_in(each, fewest) for each in _nationals(digits.removeprefix("+"), abroad=abroad))


def _nationals(digits: str, *, abroad: bool) -> Iterator[str]:
    """Yields a number without its country's code, for each of those that it may have."""
    if not abroad:
        yield digits
        return
    for cut in range(1, _LONGEST_COUNTRY_CODE + 1):
        if digits[:cut].isdecimal() and int(digits[:cut]) in COUNTRY_CODE_TO_REGION_CODE:
            yield digits[cut:]


def _is_filled_in(digits: str, fewest: int) -> bool:
    if len(digits) < fewest:
        return False
    return len(set(digits)) == 1 or any(row.startswith(digits) for row in (*_UP, *_DOWN))


def is_stopgap_mail(local: str, domain: str) -> bool:
    """Returns whether an e-mail address, in lower case, says that there is none, or that nobody reads there."""
    local = local.partition("+")[0] or local
    if hears_nobody(local) or _NO_ADDRESS.fullmatch(local):
        return True
    first = _name_of(domain)
    if first in _EXAMPLES:
        return local in _FILLING_AN_EXAMPLE
    return (local in _FILLING and first in _DOMAINS_OF_NOBODY) or (len(local) == 1 and local == first)


def _name_of(domain: str) -> str:
    """Returns what a domain is called by who registered it; of one below another's name nothing."""
    first, *rest = domain.split(".")
    return first if len(rest) < 2 or (len(rest) == 2 and rest[0] in _SECOND_LEVEL) else ""
