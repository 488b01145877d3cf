"""Passwords whose place says what they are: before their name, or after that of a user. Pure.

"Hunter2 is my password", "I use hunter2 as my password", "user sam password hunter".
"""

import re

from mci_router.intake.masking.patterns import words
from mci_router.intake.masking.predicates import says_something
from mci_router.patterns import lazy_pattern

_REACH = 120  # characters before a password's name that are looked at
_ITS = r"(?:my|the|our|this|mein|das|unser|mi|la|nuestra|mon|le|notre|mia|il|minha|a|o|uma|una|ein|une)"
_IS_MY = lazy_pattern(
    rf"(?<!\S)[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{{4,64}})[\"'”“»]?,?\s(?:is|was|ist|war|es|era|est|è|é)\s{_ITS}\s(?:[^\W\d_]{{2,12}}\s){{0,2}}\Z",
    re.IGNORECASE,
)
_AS_MY = lazy_pattern(
    r"(?<![^\W_])(?:us(?:e|ed|ing)|set|chose|typed?|entered|put|took|benutz\w{1,4}|verwend\w{1,4}|nutz\w{1,3}|nehme|nahm|hab\w{0,2}|hatte"
    r"|us[oeéa]\w{0,4}|puse|pongo|pon[eé]|utili[sz]\w{1,5}|met[st]|mis|choisi|messo|mess[oi]|scelto|pus|coloquei|escolhi|eleg[ií])"
    rf"\s[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{{4,64}})[\"'”“»]?\s(?:as|for|als|como|comme|come)\s(?:{_ITS}\s){{0,2}}(?:[^\W\d_]{{2,12}}\s)?\Z",
    re.IGNORECASE,
)
_TRIED_AS = lazy_pattern(  # as what else is tried is more than a password, it has to look like one
    r"(?<![^\W_])(?:tr(?:y|ied|ying)|probier\w{0,3}|versuch\w{1,3}|prob[oeé]\w{0,2}|essay\w{1,3}|prova\w{0,3}|tent\w{1,3})"
    rf"\s(?:it\swith\s|mit\s|con\s|avec\s)?[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00]{{4,64}})[\"'”“»]?\s(?:as|for|als|como|comme|come)\s(?:{_ITS}\s){{0,2}}(?:[^\W\d_]{{2,12}}\s)?\Z",
    re.IGNORECASE,
)
_TELLING = lazy_pattern(r"[0-9@#$%^&*_+=~|\\{}]|![^!?.,]|[a-z][A-Z]")
_USER = lazy_pattern(
    r"(?<![^\W_])(?:user(?:[\s_-]?(?:name|id))?|log-?in|benutzer(?:name)?|nutzer(?:name)?|usuario|identifiant|utilisateur|utente|usuário|utilizador|e-?mail)"
    r"\s?(?:[:=]|is|ist|es|est|è|é)?\s?(?P<who>[^\s:=,;/|]{2,64})(?:\s?[,;/|]\s?|\s)(?:(?:and|und|y|et|e|with|mit|con|avec|com)\s)?"
    rf"(?:{_ITS}\s)?\Z",
    re.IGNORECASE,
)
_JOINING = words("and or und oder et ou and/or my the your mein ihr mi su mon votre le la mia page form field")
_TOLD = lazy_pattern(
    r"\s?(?::|=|is|ist|es|est|è|é)?\s?(?P<value>[^\W\d_]{4,40}(?:[.-][^\W\d_]{2,20}){0,7})(?=\s?(?:\Z|[\n,;]|[.!](?:\s|\Z)))",
    re.IGNORECASE,
)


_ANOTHER_THING = lazy_pattern(  # "I use Larch as my password manager"
    r"s?[\s-]?(?:managers?|tresor|safes?|vaults?|keepers?|generators?|resets?|recover\w{0,3}|log-?ins?|sign-?ins?|polic(?:y|ies)|fields?|hints?|apps?|programs?|tools?|programm|verwaltung|days?)(?![^\W_])",
    re.IGNORECASE,
)


def before_name(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Returns the span of the password that stands before its name, which is from `at` to `end`."""
    if _ANOTHER_THING.match(text, end):
        return None
    start = max(0, at - _REACH)
    is_mine, as_mine, tried = (form.search(text, start, at) for form in (_IS_MY, _AS_MY, _TRIED_AS))
    if tried and _TELLING.search(tried["value"]):
        return tried.span("value")
    if is_mine and _TELLING.search(is_mine["value"]):
        return is_mine.span("value")
    if as_mine and not says_something(as_mine["value"]):
        return as_mine.span("value")
    return None


def after_user(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Returns the span of a plain word after a password's name, from `at` to `end`, if a user's is before it."""
    user = _USER.search(text, max(0, at - _REACH), at)
    if user is None or user["who"].lower() in _JOINING or says_something(user["who"]):
        return None
    told = _TOLD.match(text, end)
    return told.span("value") if told and not says_something(told["value"]) else None
