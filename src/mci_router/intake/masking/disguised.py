"""Card numbers with words between their groups, or with letters instead of digits that they look like. Pure."""

import re
from collections.abc import Iterator
from itertools import accumulate

from mci_router.intake.masking.cues import Cue, cue
from mci_router.intake.masking.issuers import PRINTED, is_issued
from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

_JOINED = (
    r"and|then|next|und|dann|danach|luego|despu[eé]s|puis|ensuite|poi|depois|ent[aã]o|dash|hyphen|minus|space|blank|dot|comma|strich|bindestrich|leerzeichen"
    r"|punkt|komma|tiret|espace|gui[oó]n|espacio|trattino|spazio|tra[cç]o|espa[cç]o|et|y|e|after|that|followed|by|plus|weiter|ahora|adesso|agora|[a-z]"
    r"|first|second|third|fourth|last|final(?:ly)?|four|digits?|group|block|is|are|erste[nrs]?|zweite[nrs]?|dritte[nrs]?|vierte[nrs]?|letzten?|zuletzt|vier|ziffern|zum|schluss"
    r"|primer[ao]s?|segund[ao]s?|tercer[ao]s?|[uú]ltim[aoi]s?|finalmente|cuatro|d[ií]gitos|premi(?:er|[eè]re)s?|deuxi[eè]mes?|troisi[eè]mes?|derni(?:er|[eè]re)s?|enfin|quatre|chiffres"
    r"|prim[aeoi]|second[aeoi]|terz[aeoi]|infine|quattro|cifre|primeir[ao]s?|terceir[ao]s?|quatro|por|fim|fin|nakonec|nejprve|d[aä]refter|till|sist|til|och|potom|oraz|daarna|dan|potem|sedan|derefter|pak|sonra|the|los|las|die|les|le|i|os"
)
_GAP = r"(?:[^0-9A-Za-z]{0,3}\n\s?[0-9]{1,2}[.):]\s?|[^0-9A-Za-z]{0,3})"  # also the number of a list's line
WORDS_BETWEEN = Patterns(
    rf"[0-9]{{4}}{_GAP}(?:(?:{_JOINED}){_GAP}){{1,4}}[0-9]{{4}}",
    r"[0-9]{4}[^0-9A-Za-z]{0,3}\n\s?[0-9]{1,2}[.):]\s?[0-9]{4}",
)
_WORDED = lazy_pattern(
    rf"(?<![0-9])[0-9]{{4,6}}(?:{_GAP}(?:(?:{_JOINED}){_GAP}){{0,4}}[0-9]{{4,6}}){{2,12}}(?![0-9])", re.IGNORECASE
)
_GROUP = lazy_pattern(r"[0-9]+")
_LONG_GROUP = lazy_pattern(r"[0-9]{4,6}")

# Letters, each before the digit that it looks like: Latin, Cyrillic, Greek.
_DIGITS_ALIKE = "l1i1o0s5z2b8|1о0з3ч4б6в8ѕ5і1ӏ1ο0ι1β8"
_LIKE = "0-9" + _DIGITS_ALIKE[::2]
LOOK_ALIKES = Patterns(rf"[{_LIKE}]{{4}}[ .-]{{0,3}}[{_LIKE}]{{4,6}}[ .-]{{0,3}}[{_LIKE}]{{4}}")
_ALIKE = lazy_pattern(
    rf"(?<![^\W_])[{_LIKE}]{{4}}(?:[ .-]{{0,3}}[{_LIKE}]{{4,6}}){{1,2}}[ .-]{{0,3}}[{_LIKE}]{{4,5}}(?![^\W_])",
    re.IGNORECASE,
)
_DIGIT_OF = {
    ord(letter): _DIGITS_ALIKE[index + 1]
    for index in range(0, len(_DIGITS_ALIKE), 2)
    for letter in {_DIGITS_ALIKE[index], _DIGITS_ALIKE[index].upper()}
}


def worded_card_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of card numbers with short words between their groups: "4111 then 1111 then ..."."""
    for match in _WORDED.finditer(text):
        groups = list(_LONG_GROUP.finditer(text, *match.span()))
        for first in range(len(groups) - 2):
            for last in range(first + 2, min(first + 4, len(groups))):
                start, end = groups[first].start(), groups[last].end()
                if (
                    _is_printed([group.group() for group in groups[first : last + 1]])
                    and cue(text, start, end) is not Cue.REFERENCE
                ):
                    yield start, end


def look_alike_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of card numbers in which letters replace digits: "4lll llll llll llll"."""
    for match in _ALIKE.finditer(text):
        written = match.group()
        digits = written.translate(_DIGIT_OF)
        groups = _GROUP.findall(digits)
        if (
            digits != written
            and any(map(str.isdigit, written))
            and (_is_printed(groups) or (len(groups) == 1 and is_issued(groups[0])))
        ):
            yield match.span()


def _is_printed(groups: list[str]) -> bool:
    digits = "".join(groups)
    return set(accumulate(map(len, groups[:-1]))) in PRINTED.get(len(digits), ()) and is_issued(digits)
