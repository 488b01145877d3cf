"""What opens an account beside a password: secrets, answers to security questions, recovery words and codes. Pure."""

import re
from collections.abc import Iterator

from mci_router.intake.masking.patterns import Patterns
from mci_router.intake.masking.predicates import says_something
from mci_router.patterns import lazy_pattern

_IS = (
    r"(?:\s?(?::|=|->|=>)\s?"
    r"|\s(?:is|are|was|ist|sind|war|lautet|lauten|es|son|era|est|sont|était|c'est|è|sono|é|são|foi)\s?:?\s)[\"'“„«]?"
)
_END = r"(?=[\"'”“»]?\s?(?:\Z|[\n,;]|[.!](?:\s|\Z)|\s(?:and|but|und|aber|y|pero|et|mais|e|ma|mas)\s))"

SECRET_WORDS = Patterns(
    r"(?:\b|_)(?:secret|geheimnis|secreto|segreto|segredo)(?:[\"']?\s?(?:[:=]|->)|\s(?:is|ist|lautet|es|est|è|é)\s\S*[0-9])"
)
_SECRET = lazy_pattern(
    rf"_?(?:secret|geheimnis|secreto|segreto|segredo)(?:[\"']?\s?(?:[:=]|->)\s?|\s(?:is|ist|lautet|es|est|è|é)\s(?=\S*[0-9]))[\"'“„«]?(?P<value>[^\s\"'“”„«»<>\[\]\x00,;&]{{4,100}}){_END}",
    re.IGNORECASE,
)
_NAMES_IT = lazy_pattern(
    r"(?:\A|[\n.,;{(?&/_\"']\s?|\b(?:my|our|the|user|client|shared|app|mein|mi|mon|mio|meu)\s)\Z", re.IGNORECASE
)

ANSWER_WORDS = Patterns(
    r"\b(?:security|secret)\s(?:question\s)?answer\b|\banswer\s(?:to|for|of)\s(?:my|the|your|our)\s(?:security|secret)\squestion\b|\bmother'?s\smaiden\sname\b",
    r"\bsicherheitsantwort\b|\bantwort\sauf\s(?:meine|die|eure|ihre)\s(?:sicherheits|geheim)frage\b|\bm[aä]dchenname\b(?:\smeiner\smutter)?",
    r"\brespuesta\s(?:secreta|de\sseguridad|a\s(?:mi|la|su)\spregunta\s(?:secreta|de\sseguridad))|\bapellido\sde\ssoltera\sde\smi\smadre\b",
    r"\br[eé]ponse\s(?:secr[eè]te|de\ss[eé]curit[eé]|[aà]\s(?:ma|la|votre)\squestion\s(?:secr[eè]te|de\ss[eé]curit[eé]))|\bnom\sde\sjeune\sfille\sde\sma\sm[eè]re\b",
    r"\brisposta\s(?:segreta|di\ssicurezza|alla\s(?:mia\s)?domanda\s(?:segreta|di\ssicurezza))|\bcognome\sda\snubile\sdi\smia\smadre\b",
    r"\bresposta\s(?:secreta|de\sseguran[cç]a|[aà]\s(?:minha\s)?pergunta\s(?:secreta|de\sseguran[cç]a))|\bnome\sde\ssolteira\sda\sminha\sm[aã]e\b",
)
_ANSWER = lazy_pattern(
    rf"(?:{ANSWER_WORDS.either}){_IS}(?P<value>[^\W_]{{2,40}}(?:[\s-][^\W_]{{2,40}}){{0,2}}){_END}", re.IGNORECASE
)

PHRASE_WORDS = Patterns(
    r"\bpassphrase\b|\b(?:recovery|seed|backup|secret|mnemonic|wallet)[\s-]?(?:phrase|words|seed)\b|\bmnemonic\b",
    r"\b(?:wiederherstellungs|seed-?|sicherungs)(?:phrase|w[oö]rter)\b|\bfrase\s(?:semilla|secreta|segreta|de\srecupera\w{3,5}|di\srecupero|de\srespaldo)",
    r"\bphrase\s(?:secr[eè]te|de\s(?:r[eé]cup[eé]ration|secours))",
)
_PHRASE = lazy_pattern(
    rf"(?:{PHRASE_WORDS.either}){_IS}(?P<value>[^\W\d_]{{2,20}}(?:[\s,-]\s?[^\W\d_]{{2,20}}){{1,23}})", re.IGNORECASE
)
_FEWEST, _FEWEST_TIED = 4, 2  # words

BACKUP_WORDS = Patterns(
    r"\b(?:backup|recovery|rescue|scratch|emergency)[\s-]codes?\b|\b(?:wiederherstellungs|ersatz|notfall|backup)-?codes?\b",
    r"\bc[oó]digos?\sde\s(?:respaldo|recupera\w{3,5}|backup|reserva)\b|\bcodes?\sde\s(?:secours|r[eé]cup[eé]ration)\b|\bcodic[ei]\sdi\s(?:backup|recupero|riserva)\b",
)
_CODE = r"(?=[a-z-]{0,12}[0-9])[0-9a-z]{4,10}(?:[ -][0-9][0-9a-z]{3,9}){0,3}"
_BACKUP = lazy_pattern(
    rf"(?:{BACKUP_WORDS.either})(?:{_IS}|\s)(?P<value>{_CODE}(?:(?:\s?[,;/\n]\s?|\s(?:and|und|y|et|e)\s){_CODE}){{0,15}})",
    re.IGNORECASE,
)


def secret_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of what a text calls secret: with a digit in it, or a word that "secret:" announces."""
    for at in SECRET_WORDS.starts(text):
        match = _SECRET.match(text, at)
        if match and (
            any(map(str.isdigit, match["value"]))
            or (_NAMES_IT.search(text, max(0, at - 8), at + (text[at] == "_")) and not says_something(match["value"]))
        ):
            yield match.span("value")


def answer_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of answers to security questions."""
    for at in ANSWER_WORDS.starts(text):
        match = _ANSWER.match(text, at)
        if match and not says_something(match["value"].split()[0]):
            yield match.span("value")


def phrase_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of words that open a wallet or an account together: four or more, or two after a colon."""
    for at in PHRASE_WORDS.starts(text):
        match = _PHRASE.match(text, at)
        said = re.split(r"[\s,-]+", match["value"]) if match else []
        tied = match and ":" in text[at : match.start("value")]
        if match and len(said) >= (_FEWEST_TIED if tied else _FEWEST) and not any(map(says_something, said[:2])):
            yield match.span("value")


def backup_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of codes for the day on which the telephone is lost, all in one."""
    for at in BACKUP_WORDS.starts(text):
        if match := _BACKUP.match(text, at):
            yield match.span("value")
