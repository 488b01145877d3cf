"""Passwords, where the words around them say that they are, also misspelt. Pure.

"The password is wrong" reveals nothing and stays; "the password is hunter2" is masked. After a colon a single word on
the rest of its line is enough, after "is" a plain word that says nothing of a password (`predicates`). It may also
stand before its name: see `passwords_before`.
"""

import re
from collections.abc import Iterator

from mci_router.intake.masking.passwords_before import after_user, before_name
from mci_router.intake.masking.patterns import Patterns
from mci_router.intake.masking.predicates import says_something
from mci_router.patterns import lazy_pattern

IS = r"is|was|now|ist|lautet|war|to|auf|es|era|est|c'est|était|è|é|jest|är|er|je|to"

PASSWORD_WORDS = Patterns(
    r"p[ao]?s{1,3}(?:[\s-]?w[oea]{0,2}r{0,2}[dt]{1,2}|wrod|owrd|w)(?:s\b)?|pass(?:phrase|ord)",
    r"ken{1,2}[tw]?wor[dt]|cont?r?[ae]?[sc]e[nñ]h?[ai]|mot?s?[\s-]?de[\s-]?pas{1,2}e?|wachtwo{1,2}rd|has[lł]o|palavra.(?:de.)?passe|[sş]ifre(?:m|niz|n)?",
    r"l[oö]senord|adgangskode|kodeord|\bhesl[oa]\b|salasana|parola(?:m|\sd.ordine)?|пароль",
    r"\b(?:wi-?fi|wlan|wireless|network|netzwerk)[\s-]?(?:security[\s-])?(?:key|code|schl[uü]ssel)\b|\b(?:clave|cl[eé]|chiave|chave)\s(?:(?:de|del|de\sla|du|della|do|da)\s)?(?:wi-?fi|wlan|red|rete|rede)\b",
    r"\bssid\b[\s:=]{1,3}\S{1,32}[\s,;]{1,2}(?:key|schl[uü]ssel)\b",
    "パスワード|合言葉",
    r"(?:\b|_)(?:pwd?|psw|psswd?|mdp|clave|senh?a|pass)\b",
    r"\b(?:secret|memorable|magic|security|code)\s?word\b|\b(?:geheim|losungs|code|sicherheits|merk)wort\b|\bmot\s(?:secret|magique)\b",
    r"\bpalabra\s(?:secreta|m[aá]gica|de\sseguridad)\b|\bparola\s(?:segreta|magica|di\ssicurezza)\b|\bpalavra\s(?:secreta|m[aá]gica|de\sseguran[cç]a)\b",
)
_OF = r"(?:\s(?:for|to|of|on|f[uü]r|zu|vom|para|de|del|pour|du|di|del|della|per|do|da|voor)(?:\s[^\s:=]{1,20}){1,5}?)?"
_WHICH_ONE = (
    r"(?:\s(?:antigua|nueva|vieja|actual|anterior|actuel|nouveau|ancien|attuale|nuova|vecchia|antiga|nova|atual))?"
)
_IS_OR_ARE = rf"(?:{IS}|are|were|sind|waren|son|sont|sono)"
_TIE = rf"(?:\s?[\"']?\s?(?P<tie>:|=|->|=>)\s?|\s{_IS_OR_ARE}(?:\snow|\sstill|\sjetzt)?\s?:?\s|\s(?=[\"']))"
_VALUE = r"[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{4,64})"
_QUOTED_PASSWORD = lazy_pattern(
    rf"(?:{PASSWORD_WORDS.either})\s?[\"']?\s?(?:[:=]|->|=>)\s?[\"'“„«](?P<value>[^\"'“”„«»\n\[\]\x00]{{4,64}})[\"'”“»]",
    re.IGNORECASE,
)
_PASSWORDS = (
    lazy_pattern(rf"(?:{PASSWORD_WORDS.either}){_WHICH_ONE}{_OF}{_TIE}{_VALUE}", re.IGNORECASE),
    lazy_pattern(
        rf"(?:{PASSWORD_WORDS.either})\s(?P<value>(?=\S{{0,63}}[0-9])(?=\S{{0,63}}[a-z])[^\s\"'<>\[\]\x00:=]{{6,64}})",
        re.IGNORECASE,
    ),
)
_PLAIN_IS = (
    r"(?:(?:is|was|has\sbeen)\s)?(?:set|changed|reset)\sto"
    r"|is|was|ist|war|w[aä]re|lautet|hei(?:ß|ss)t|es|era|fue|est|était|c'est|è|é|fu|foi"
)
_WHICH = (  # I set
    r"(?:,?\s(?:(?:that|which|das|que|che)\s)?(?:i|we|you|they|ich|wir|ihr|sie|que|che)\s[^:=.!?\n\x00]{1,60}?,?)?"
)
_PLAIN = lazy_pattern(  # a word that ends what is said, or goes on with "and"
    rf"(?:{PASSWORD_WORDS.either}){_WHICH_ONE}(?:{_OF}|{_WHICH})\s(?:{_PLAIN_IS})(?:\s(?:now|still|always|jetzt|noch|immer|ahora|siempre|maintenant|toujours|adesso|sempre|agora))?"
    r"\s(?P<value>[^\W\d_]{4,40})"
    r"(?=\s?(?:\Z|[\n,;]|[.!](?:\s|\Z))|\s(?:and|but|so|und|aber|y|e|pero|et|mais|ma|mas)\s)",
    re.IGNORECASE,
)
_WHICH_IS = lazy_pattern(rf"(?:{PASSWORD_WORDS.either}){_WHICH}\s(?:{_PLAIN_IS})\s{_VALUE}", re.IGNORECASE)
_ALSO_ANOTHER_WORD = lazy_pattern(r"parola\s(?!segreta|magica|di)|clave|has[lł]o", re.IGNORECASE)
_MINE = lazy_pattern(r"(?<![^\W_])(?:my|mi|tu|mia|moje|benim|minha)\s\Z", re.IGNORECASE)
_TROUBLE_WITH = lazy_pattern(  # "the problem with my password is Larch's browser"
    r"(?<![^\W_])(?:problem[ae]?|issue|trouble|reason|grund|frage|motivo|probl[eè]me|raison|ragione|raz[oó]n)\s(?:with|for|behind|mit|f[uü]r|con|de|del|avec|du|di|com|da|do)\s(?:[^\W\d_]{1,8}\s){0,2}\Z",
    re.IGNORECASE,
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
_FURTHER = lazy_pattern(  # "or hunter3", and behind a name of several also "and hunter3"
    r"[\"'”“»]?(?:\s?,\s?|\s)(?:(?P<or>or|oder|ou|oppure)\s|(?:and|und|y|et)\s)?(?:maybe\s|perhaps\s|vielleicht\s)?[\"'“„«]?"
    r"(?P<value>(?=\S{0,63}[0-9])(?=\S{0,63}[a-z])[^\s\"'“”„«»<>\[\]\x00:=]{5,64})",
    re.IGNORECASE,
)
_SEVERAL = lazy_pattern(r"(?:passw(?:or)?ds|pwds|pws|passwörter|kennwörter|contraseñas|claves|senhas)\Z", re.IGNORECASE)
_MOST_FURTHER = 5


def password_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of passwords in a plain text."""
    for at, end in PASSWORD_WORDS.spans(text):
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
            yield from _further(text, _value(tied)[1], several=bool(_SEVERAL.search(text, at, end)))
        elif bare:
            yield _value(bare)
        elif plain := _plain(text, at):
            yield plain
        elif told := after_user(text, at, end) or before_name(text, at, end):
            yield told


def _further(text: str, end: int, *, several: bool) -> Iterator[tuple[int, int]]:
    """Yields the spans of other passwords after the first, which ends here."""
    for _ in range(_MOST_FURTHER):
        match = _FURTHER.match(text, end)
        if match is None or not (several or match["or"]):
            return
        start, end = match.start("value"), match.start("value") + len(match["value"].rstrip(_TRAILING))
        yield start, end


def _plain(text: str, at: int) -> tuple[int, int] | None:
    """Returns the span of the plain word that is said to be the password, if one is."""
    which = _WHICH_IS.match(text, at)
    if which and _SECRET.search(which["value"].rstrip(_TRAILING)):
        return _value(which)
    if _ALSO_ANOTHER_WORD.match(text, at) and not _MINE.search(text, max(0, at - 8), at):
        return None
    if _TROUBLE_WITH.search(text, max(0, at - 40), at):
        return None
    match = _PLAIN.match(text, at)
    return match.span("value") if match and not says_something(match["value"]) else None


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
