"""Passwords, where the words around them say that they are, also misspelt. Pure.

"The password is wrong" reveals nothing and stays; "the password is hunter2" is masked. After a colon a single word on
the rest of its line is enough.
"""

import re
from collections.abc import Iterator

from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

IS = r"is|was|now|ist|lautet|war|to|auf|es|era|est|c'est|était|è|é|jest|är|er|je|to"

PASSWORD_WORDS = Patterns(
    r"p[ao]?s{1,3}(?:[\s-]?w[oea]{0,2}r{0,2}[dt]{1,2}|wrod|owrd|w)(?:s\b)?|pass(?:phrase|ord)",
    r"ken{1,2}[tw]?wor[dt]|cont?r?[ae]?[sc]e[nñ]h?[ai]|mot?s?[\s-]?de[\s-]?pas{1,2}e?|wachtwo{1,2}rd|has[lł]o|palavra.(?:de.)?passe|[sş]ifre(?:m|niz|n)?",
    r"l[oö]senord|adgangskode|kodeord|\bhesl[oa]\b|salasana|parola(?:m|\sd.ordine)?|пароль",
    r"\b(?:wi-?fi|wlan|wireless|network|netzwerk)[\s-]?(?:security[\s-])?(?:key|code|schl[uü]ssel)\b|\b(?:clave|cl[eé]|chiave|chave)\s(?:(?:de|del|de\sla|du|della|do|da)\s)?(?:wi-?fi|wlan|red|rete|rede)\b",
    "パスワード|合言葉",
    r"\b(?:pwd?|psw|psswd?|mdp|clave|senh?a|pass)\b",
)
_OF = r"(?:\s(?:for|to|of|f[uü]r|zu|para|pour|di|per|voor)(?:\s[^\s:=]{1,20}){1,5}?)?"
_TIE = rf"(?:\s?[\"']?\s?(?P<tie>:|=|->|=>)\s?|\s(?:{IS})(?:\snow|\sstill|\sjetzt)?\s?:?\s|\s(?=[\"']))"
_VALUE = r"[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{4,64})"
_QUOTED_PASSWORD = lazy_pattern(
    rf"(?:{PASSWORD_WORDS.either})\s?[\"']?\s?(?:[:=]|->|=>)\s?[\"'“„«](?P<value>[^\"'“”„«»\n\[\]\x00]{{4,64}})[\"'”“»]",
    re.IGNORECASE,
)
_PASSWORDS = (
    lazy_pattern(rf"(?:{PASSWORD_WORDS.either}){_OF}{_TIE}{_VALUE}", re.IGNORECASE),
    lazy_pattern(
        rf"(?:{PASSWORD_WORDS.either})\s(?P<value>(?=\S{{0,63}}[0-9])(?=\S{{0,63}}[a-z])[^\s\"'<>\[\]\x00:=]{{6,64}})",
        re.IGNORECASE,
    ),
)
_JAPANESE = lazy_pattern(r"(?:パスワード|合言葉)\s?(?:は|が|:|=)\s?[「『\"']?(?P<value>[!-~]{4,64})")
_ENDS_LINE = lazy_pattern(r"[\"'”“»]|\s?(?:$|[\n,;]|\.(?:\s|$))")
_SECRET = lazy_pattern(r"[0-9@#$%^&*_+=~|\\{}]|![^!?.,]|[a-z][A-Z]")
_NO_PASSWORD = lazy_pattern(
    r"reset|forg[eo]t(?:ten)?|vergessen|lost|verloren|changed?|wrong|falsch|invalid|incorrect|expired|abgelaufen|unknown|none|missing|help|issue|"
    r"problem|error|required|optional|question|request|olvid[\wé]+|oublié|dimenticata|zapomniane|please|hello|same|secret",
    re.IGNORECASE,
)
_MAY_BE_A_TICKET = lazy_pattern(r"pass(?![^\W_])", re.IGNORECASE)
_TRAILING = ".,;:!?)"


def password_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of passwords in a plain text."""
    for at in PASSWORD_WORDS.starts(text):
        tied, bare = (form.match(text, at) for form in _PASSWORDS)
        if _MAY_BE_A_TICKET.match(text, at) and not (tied and tied["tie"]):
            continue
        japanese = _JAPANESE.match(text, at)
        if japanese and not _NO_PASSWORD.fullmatch(japanese["value"].rstrip(_TRAILING)):
            yield _value(japanese)
            continue
        if quoted := _QUOTED_PASSWORD.match(text, at):
            yield quoted.span("value")
        elif tied and _is_password(text, tied):
            yield _value(tied)
        elif bare:
            yield _value(bare)


def _is_password(text: str, match: re.Match[str]) -> bool:
    core = match["value"].rstrip(_TRAILING)
    if len(core) < 4:
        return False
    if _SECRET.search(core):
        return True
    start = match.start("value")
    tied = match["tie"] is not None or text[start - 1] in "\"'“„«"
    return tied and not _NO_PASSWORD.fullmatch(core) and bool(_ENDS_LINE.match(text, start + len(core)))


def _value(match: re.Match[str]) -> tuple[int, int]:
    """Returns the span to mask.

    It is the value without the sentence's full stop or comma, in an address without its next field.
    """
    start, value = match.start("value"), match["value"]
    if match.groupdict().get("tie") == "=":
        value = value.partition("&")[0] or value
    return start, start + len(value.rstrip(".,;:)?"))
