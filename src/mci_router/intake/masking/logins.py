"""Logins that their form gives away: in addresses, commands, headers and tags, and in pairs with their user. Pure."""

import re
from collections.abc import Iterator

from mci_router.intake.masking.patterns import Patterns
from mci_router.intake.masking.predicates import says_something
from mci_router.patterns import lazy_pattern

_SECRET_NAME = r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key)"
_OPTION = r"(?:-u|--user|--proxy-user|--http-user)[\s=][\"']?[^\s:\"']{1,64}:"
LOGIN_FORMS = Patterns(  # without bounds, which would be dear where every text is looked at
    r"://[^\s/:@]*:[^\s/@]+@",
    r"authorization[\"']?\s?[:=]\s?[\"']?basic\s",
    r"(?:\s|^)(?:-u|--user|--proxy-user|--http-user)[\s=]\S+:|\bsshpass\s-p",
    rf"{_SECRET_NAME}(?:[\w-]*\s?=\s?[\"']|[\w-]*(?:\s[^<>]*)?>)",
    r"\bu(?:sr|ser)?\s?[:=]\s?[a-z]\S*[\s,;/|]+p\s?[:=]",
)
_FORMS = (
    lazy_pattern(r"[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{0,64}:(?P<value>[^\s/@\"'<>]{1,64})@", re.IGNORECASE),
    lazy_pattern(r"authorization[\"']?\s?[:=]\s?[\"']?basic\s(?P<value>[0-9a-z+/=]{6,600})", re.IGNORECASE),
    lazy_pattern(rf"(?<!\S){_OPTION}(?P<value>[^\s\"'\x00]{{1,64}})", re.IGNORECASE),
    lazy_pattern(r"sshpass\s-p\s?[\"']?(?P<value>[^\s\"'\x00]{1,64})", re.IGNORECASE),
    lazy_pattern(
        rf"<[\w:.-]{{0,40}}{_SECRET_NAME}[\w-]{{0,20}}(?:\s[^<>]{{0,100}})?>\s?(?P<value>[^<>\s\x00]{{1,100}})\s?</",
        re.IGNORECASE,
    ),
    lazy_pattern(  # of a user in letters: "u: 230V p: 400W" are measures
        r"(?<![^\W_])u(?:sr|ser)?\s?[:=]\s?[a-z][^\s,;/|]{1,63}[\s,;/|]{1,3}p\s?[:=]\s?(?P<value>(?=\S{0,63}[0-9!@#$%^&*])[^\s\"'<>\x00]{4,64})",
        re.IGNORECASE,
    ),
    lazy_pattern(
        rf"[\w-]{{0,20}}{_SECRET_NAME}[\w-]{{0,10}}\s?=\s?[\"'](?P<value>[^\"'<>\s\x00]{{4,100}})[\"']", re.IGNORECASE
    ),
)
LOGIN_WORDS = Patterns(
    r"\blog(?:ged|ging)?[\s-]?in(?:s|[\s-]?(?:data|details|daten))?\b|\bcredentials?\b|\b(?:zugangs|anmelde|login)daten\b|\bidentifiants?\b|\baccount\b",
    r"\b(?:datos|dados)\sde\s(?:acceso|acesso|login)\b|\bdati\sdi\s(?:accesso|login)\b|\bcredencia(?:les|is)\b|\bcredenziali\b",
)
_PAIR = lazy_pattern(
    rf"(?:{LOGIN_WORDS.either})(?:\s?[:=]|\s(?:is|are|ist|sind|es|son|est|sont|è|sono|é|são|with|mit|con|avec|com))?\s"
    r"(?P<user>[^\s/:|,;\x00]{2,64})(?:\s?[/:|]\s?)(?P<value>[^\s/|,;\"'<>\[\]\x00]{5,64})",
    re.IGNORECASE,
)

_ENDS = lazy_pattern(r"(?<![:?])\s?(?:\Z|[\n,;])")
_ACCOUNT = lazy_pattern(r"account", re.IGNORECASE)


def login_form_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of secrets in addresses, commands, headers and tags."""
    yield from (match.span("value") for form in _FORMS for match in form.finditer(text))


def login_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of passwords in pairs such as "login: sam / hunter2": with digits and letters in them, or, after
    an e-mail address, a word that ends what is said. An account has other pairs, such as "account: 4711 / basic100".
    """
    for at in LOGIN_WORDS.starts(text):
        match = _PAIR.match(text, at)
        if match is None:
            continue
        address, mixed = "@" in match["user"], _is_mixed(match["value"])
        told = _ENDS.match(text, match.end("value")) is not None and not says_something(match["value"])
        if (address and (mixed or told)) or (mixed and not _ACCOUNT.match(text, at)):
            start, end = match.span("value")
            yield start, end - (text[end - 1] in ".!?)")


def _is_mixed(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
