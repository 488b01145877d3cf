"""Numbers from a hundred on that are said as people count, in English and German: "three hundred and ten". Pure.

Figures that are said one by one are read by `spoken.py`.
"""

from collections.abc import Iterator

from mci_router.patterns import lazy_pattern

_ENGLISH_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_GERMAN_WORDS = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_EN = {word: number for number, word in enumerate(_ENGLISH_WORDS.split())} | {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_EN_WORD = "|".join(sorted([*_EN, "hundred", "thousand"], key=len, reverse=True))
_ENGLISH = lazy_pattern(rf"(?<![^\W_])(?:a\s)?(?:{_EN_WORD})(?:(?:\s|-|\sand\s)(?:{_EN_WORD})){{0,11}}(?![^\W_])")
_DE = {word: number for number, word in enumerate(_GERMAN_WORDS.split())} | {"eins": 1}
_TENS_DE = {word: 10 * number for number, word in enumerate(_GERMAN_TENS.split(), 2)}
_UNIT = "|".join(sorted(_DE, key=len, reverse=True))
_TEN = "|".join(_TENS_DE)
_BELOW = rf"(?:(?:{_UNIT})und(?:{_TEN})|{_TEN}|{_UNIT})"
_GERMAN = lazy_pattern(
    rf"(?<![^\W_])(?:(?P<thousands>{_BELOW})?(?P<k>tausend)(?:und)?)?"
    rf"(?:(?P<hundreds>{_BELOW})?(?P<h>hundert)(?:und)?)?(?P<rest>{_BELOW})?(?![^\W_])"
)
_PAIR = lazy_pattern(rf"(?:(?P<unit>{_UNIT})und)?(?P<ten>{_TEN})")


def counted(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields the numbers from a hundred on that a text says in words: where, and in figures."""
    small = text.lower() if len(text.lower()) == len(text) else text
    for match in _ENGLISH.finditer(small):
        if number := _english(match.group()):
            yield *match.span(), str(number)
    for match in _GERMAN.finditer(small):
        if match.group() and (match["k"] or match["h"]):
            thousands = (_german(match["thousands"]) or 1) * 1000 if match["k"] else 0
            hundreds = (_german(match["hundreds"]) or 1) * 100 if match["h"] else 0
            yield *match.span(), str(thousands + hundreds + (_german(match["rest"]) or 0))


def _english(said: str) -> int | None:
    """Returns the number that is said; None for one below a hundred."""
    total = part = 0
    counts = False
    for word in said.replace("-", " ").split():
        if word == "hundred":
            part, counts = (part or 1) * 100, True
        elif word == "thousand":
            total, part, counts = total + (part or 1) * 1000, 0, True
        elif word not in ("a", "and"):
            part += _EN[word]
    return total + part if counts else None


def _german(said: str | None) -> int | None:
    if said is None:
        return None
    if pair := _PAIR.fullmatch(said):
        return _TENS_DE[pair["ten"]] + (_DE[pair["unit"]] if pair["unit"] else 0)
    return _DE[said]
