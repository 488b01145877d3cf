"""Numbers of passports and identity cards, where the words before them say what they are. Pure."""

import re
from collections.abc import Iterator

from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

PASSPORT_WORDS = Patterns(
    r"\b(?:reise)?pass(?:ports?|nummer|nr|-nr)?\b|\breisepass\w{0,8}|\bpas+ap[oe]rt[eo]\b|\bpas+eports?\b|\bpas+aporto\b|\bpas+aporte\b",
    r"\b(?:personal)?ausweis(?:nummer|nr)?\b|\b(?:id|identity|identification)\s(?:card|document)\b|\bcarte\s(?:nationale\s)?d.identit[eé]\b|\bcni\b",
    r"\bcarta\sd.identit[aà]\b|\bdocumento\sde\sidenti\w{3,6}\b|\bc[eé]dula\b|\bbilhete\sde\sidentidade\b|\bdriv(?:er.?s|ing)\slicen[cs]e\b|\bf[uü]hrerschein(?:nummer)?\b",
    r"\bdow[oó]d(?:u|zie|em)?\sosobist\w{2,3}\b|\bpaszport\w{0,3}\b|\b(?:cestovn[ií]\s)?pas(?:u|em)?\s[cč][ií]slo\b|\bob[cč]ansk[yý]\spr[uů]kaz\b|\brijbewijs(?:nummer)?\b|\bkörkort\w{0,7}\b"
    "|паспорт|护照号?码?|護照號?碼?|パスポート番号|여권\\s?번호|جواز\\s(?:ال)?سفر",
)
_NUMBER = lazy_pattern(
    rf"(?:{PASSPORT_WORDS.either})(?:\s?-?\s?(?:numbers?|num|no|nr|nummer|n[uú]mero|num[eé]ro|n\.?\s?[°o]?)\.?)?"
    r"(?:\s?[:#=]\s?|\s(?:is|ist|lautet|es|est|è|é|n[°o])\s?:?\s|\s)"
    r"\(?(?P<value>(?=(?:[A-Za-z -]{0,3}[0-9]){5})[A-Za-z]{0,3}[ -]?[0-9](?:[ -]?[0-9A-Za-z]){4,10}?)"
    r"(?![0-9A-Za-z]|[ -]?[0-9])",
    re.IGNORECASE,
)


_ADMITS = lazy_pattern(  # to a train, a slope or a show
    r"(?<![^\W_])(?:board\w{0,3}|bus|train|rail|day|week\w{0,3}|month\w{0,2}|season|ski|lift|travel|visitor|guest|park\w{0,3}|gate|event|hall|annual|museum|stage)[\s-]\Z",
    re.IGNORECASE,
)


def passport_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of such numbers in a plain text."""
    for at in PASSPORT_WORDS.starts(text):
        if (match := _NUMBER.match(text, at)) and not _ADMITS.search(text, max(0, at - 12), at):
            yield match.span("value")
