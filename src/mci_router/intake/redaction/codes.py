"""Passwords and one-time codes, where the words around them say that they are. Pure.

"The password is wrong" tells nothing and stays; "the password is hunter2" goes. After a colon one word alone on the rest of its line
will do.
"""

import re
from collections.abc import Iterator

from mci_router.intake.redaction.patterns import Patterns

_IS = r"is|was|now|ist|lautet|war|to|auf|es|era|est|était|è|é|jest"
_OWNED = r"my|your|the|mein|ihr|dein|der|mi|su|tu|mon|votre|mijn|meu|seu|mój"
_ALONE = r"(?<![^\W_])"

PASSWORD_WORDS = Patterns(
    r"pass(?:word|wort|phrase|wd|wrd|w)",
    r"kennwort|contrase[nñ]a|mot\sde\spasse|wachtwoord|has[lł]o|palavra.passe|[sş]ifre(?:m|niz|n)?",
    r"l[oö]senord|adgangskode|passord|salasana|parola(?:m)?|пароль",
    r"\b(?:pwd?|mdp|clave|senha)\b",
)
_OF = r"(?:\s(?:for|to|of|f[uü]r|zu|para|pour|di|per|voor)(?:\s[^\s:=]{1,20}){1,5}?)?"
_TIE = rf"(?:\s?[\"']?\s?(?P<tie>:|=|->|=>)\s?|\s(?:{_IS})(?:\snow|\sstill|\sjetzt)?\s?:?\s|\s(?=[\"']))"
_VALUE = r"[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{4,64})"
_QUOTED_PASSWORD = re.compile(
    rf"(?:{PASSWORD_WORDS.either})\s?[\"']?\s?(?:[:=]|->|=>)\s?[\"'“„«](?P<value>[^\"'“”„«»\n\[\]\x00]{{4,64}})[\"'”“»]", re.IGNORECASE
)
_PASSWORDS = (
    re.compile(rf"(?:{PASSWORD_WORDS.either}){_OF}{_TIE}{_VALUE}", re.IGNORECASE),
    re.compile(
        rf"(?:{PASSWORD_WORDS.either})\s(?P<value>(?=\S{{0,63}}[0-9])(?=\S{{0,63}}[a-z])[^\s\"'<>\[\]\x00:=]{{6,64}})", re.IGNORECASE
    ),
)
_ENDS_LINE = re.compile(r"[\"'”“»]|\s?(?:$|[\n,;]|\.(?:\s|$))")
_SECRET = re.compile(r"[0-9@#$%^&*_+=~|\\{}]|![^!?.,]|[a-z][A-Z]")
_NO_PASSWORD = re.compile(
    r"reset|forg[eo]t(?:ten)?|vergessen|lost|verloren|changed?|wrong|falsch|invalid|incorrect|expired|abgelaufen|unknown|none|missing|help|issue|"
    r"problem|error|required|optional|question|request|olvid[\wé]+|oublié|dimenticata|zapomniane|please|hello|same|secret",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)"

CODE_WORDS = Patterns(
    r"\b(?:otp|puk|m?tan)\b|\bpin(?:[\s_-]?(?:code|number|nummer|no))?\b|passcode",
    r"one[\s-]?time[\s-]?(?:code|pass(?:word|code)|pin)|einmal(?:passwort|code|kennwort)",
    r"(?:sms|2fa|mfa|otp|verification|security|confirmation|auth(?:entication|orization)?|log[\s-]?in|sign[\s-]?in|access|activation|recovery)"
    r"[\s_-]?code",
    r"(?:bestätigungs|sicherheits|verifizierungs|zugangs|anmelde|aktivierungs|freischalt)-?code",
    r"c[oó]digo\sde\s(?:verificaci[oó]n|seguridad|acceso|confirmaci[oó]n|verifica[cç][aã]o|seguran[cç]a)",
    r"code\sde\s(?:v[eé]rification|s[eé]curit[eé]|confirmation|validation|connexion)|codice\sdi\s(?:verifica|sicurezza|conferma|accesso)",
    r"(?:verificatie|beveiligings|bevestigings)code|kod\s(?:weryfikacyjny|sms|pin|dost[eę]pu)|(?:do[gğ]rulama|onay|g[uü]venlik)\skodu",
)
OWNED_CODE_WORDS = Patterns(rf"\b(?:{_OWNED})\s(?:code|c[oó]digo|codice|kod)\b")
_TIED = rf"(?:[\"']?\s?[:=#]\s?[\"']?|\s(?:{_IS})\s?:?\s[\"']?|\s?\(|\s(?:no\.?|nr\.?|number)\s)"
_DIGITS = r"(?P<value>(?<![0-9])(?:[A-Za-z]-)?[0-9](?:[ -]?[0-9]){3,7}(?![ ,.-]?[0-9]))"
_CODES = re.compile(rf"{_ALONE}(?:{CODE_WORDS.either})(?:{_TIED}|\s){_DIGITS}", re.IGNORECASE)
_OWNED_CODES = re.compile(rf"(?:{OWNED_CODE_WORDS.either}){_TIED}{_DIGITS}", re.IGNORECASE)
NAMED_AFTER_WORDS = Patterns(rf"[0-9]\s(?:{_IS})\s(?:{_OWNED}|il|le|la|o)\s")
_NAMED_AFTER = re.compile(
    rf"{_DIGITS}\s(?:{_IS})\s(?:{_OWNED}|il|le|la|o)\s(?:(?!zip|post|area|error|promo|order|country)[^\s]{{1,20}}\s){{0,3}}"
    r"(?:code|otp|pin|tan|passcode|c[oó]digo|codice|[a-zä]{4,16}code)(?![^\W_])",
    re.IGNORECASE,
)

CARD_CODE_WORDS = Patterns(r"\bcv[vc]2?\b|\bcvn\b|card\ssecurity\scode|kartenpr[uü]f(?:nummer|ziffer)|\bpr[uü]fziffer\b")
_CARD_CODES = re.compile(rf"(?:{CARD_CODE_WORDS.either})(?:{_TIED}|\s)?(?P<value>[0-9]{{3,4}})(?![0-9])", re.IGNORECASE)


def password_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where passwords stand in a plain text."""
    for place in PASSWORD_WORDS.places(text):
        tied, bare = (form.match(text, place) for form in _PASSWORDS)
        if quoted := _QUOTED_PASSWORD.match(text, place):
            yield quoted.span("value")
        elif tied and _is_password(text, tied):
            yield _value(tied)
        elif bare:
            yield _value(bare)


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where one-time codes and PINs stand in a plain text, after their name."""
    return (found.span("value") for place in CODE_WORDS.places(text) if (found := _CODES.match(text, place)))


def owned_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where "my code is" tells one."""
    return (found.span("value") for place in OWNED_CODE_WORDS.places(text) if (found := _OWNED_CODES.match(text, place)))


def named_after_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where "is your code" follows one."""
    return (found.span("value") for found in _NAMED_AFTER.finditer(text))


def card_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the three or four digits beside a card's number stand in a plain text."""
    yield from (found.span("value") for place in CARD_CODE_WORDS.places(text) if (found := _CARD_CODES.match(text, place)))


def _is_password(text: str, found: re.Match[str]) -> bool:
    core = found["value"].rstrip(_TRAILING)
    if len(core) < 4:
        return False
    if _SECRET.search(core):
        return True
    start = found.start("value")
    tied = found["tie"] is not None or text[start - 1] in "\"'“„«"
    return tied and not _NO_PASSWORD.fullmatch(core) and bool(_ENDS_LINE.match(text, start + len(core)))


def _value(found: re.Match[str]) -> tuple[int, int]:
    """What is hidden: the value without the sentence's full stop or comma, in an address without its next field."""
    start, value = found.start("value"), found["value"]
    if found.groupdict().get("tie") == "=":
        value = value.partition("&")[0] or value
    return start, start + len(value.rstrip(".,;:)?"))
