"""Names that were said in private: of other people, and of the places where somebody lives. Pure.

Only for what a text for the public must not repeat: capitals alone say nothing in a language that writes nouns so.
"""

import re
from collections.abc import Iterable, Iterator

from mci_router.intake.masking.names import name_spans
from mci_router.intake.masking.patterns import words
from mci_router.patterns import lazy_pattern

_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]{2,30}(?:-[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]{1,30})?"
_WHO = (
    r"(?:sister|brother|mother|mum|mom|father|dad|wife|husband|partner|girlfriend|boyfriend|daughter|son|aunt|uncle|cousin"
    r"|niece|nephew|grand(?:mother|father|ma|pa|son|daughter)|colleague|neighbou?r|friend|flatmate|landlord|landlady|boss"
    r"|manager|doctor|lawyer|carer|nurse|agent|technician"
    r"|schwester|bruder|mutter|mama|vater|papa|frau|mann|ehemann|ehefrau|partnerin|freundin?|freund|tochter|sohn|tante|onkel"
    r"|cousine?|nichte|neffe|oma|opa|kollegin|kollege|nachbarin?|nachbar|vermieterin?|chefin?|ärztin|arzt|anwältin|anwalt"
    r"|mitbewohnerin?|betreuerin?|technikerin?)"
)
_PERSON = lazy_pattern(
    rf"(?<![^\W_])(?i:{_WHO})(?:\s(?i:named|called|namens|heißt|is|ist))?,?\s(?P<name>{_CAP}(?:\s{_CAP}){{0,2}})"
)
_LIVES = lazy_pattern(
    r"(?<![^\W_])(?i:lives?|living|stay(?:s|ing)?|moved?|moving|house|flat|home|born|wohn\w{0,5}|leb\w{1,4}|zieh\w{0,3}|geboren|haus)"
    rf"(?![^\W_])[^.!?\n]{{0,60}}?\s(?i:in|at|near|to|from|bei|nach|aus|am)\s(?P<name>{_CAP}(?:\s{_CAP}){{0,2}})"
)
_PLACE_AFTER = lazy_pattern(
    rf"(?<![^\W_])(?:lighthouse|farm|house|flat|village|town|villa|hof|dorf|stadt)\s(?:in|near|bei)\s(?P<name>{_CAP})"
)
_CODE_WORD = lazy_pattern(
    r"(?<![^\W_])(?:code\s?word|pass\s?phrase|safe\s?word|kenn\s?wort|code\s?wort|losungs?\s?wort|sicherheits\s?wort)\s?"
    r"(?:is|was|ist|war|lautet|:|=)\s?(?:still\s|noch\s)?(?P<word>[^\W_]{4,30})",
    re.IGNORECASE,
)
_NO_NAMES = words(
    """internet router modem handy telefon vertrag rechnung konto karte wohnung anschluss techniker kundin kunde herr
    frau the and but who that der die das und aber hat ist war had has was said says will would could should"""
)


def names_said(private: Iterable[str]) -> set[str]:
    """Returns the words that name other people in what was said in private, in small letters."""
    found: set[str] = set()
    for text in private:
        found.update(_parts(text[slice(*span)] for span in name_spans(text, [])))
        found.update(_parts(match["name"] for match in _PERSON.finditer(text)))
    return found


def places_said(private: Iterable[str]) -> set[str]:
    """Returns the words that name where somebody lives, in small letters."""
    return {
        word
        for text in private
        for form in (_LIVES, _PLACE_AFTER)
        for word in _parts(match["name"] for match in form.finditer(text))
    }


def code_words(private: Iterable[str]) -> set[str]:
    """Returns words that were agreed on as a secret, in small letters."""
    return {match["word"].lower() for text in private for match in _CODE_WORD.finditer(text)}


def _parts(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for word in name.lower().replace("-", " ").split():
            bare = word.strip(".,;:!?'’")
            if len(bare) > 2 and bare not in _NO_NAMES:
                yield bare
